import { markup } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { KanbanHeader } from "@web/views/kanban/kanban_header";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

/** Opens the contact of a row, with the others of the list behind the pager. */
const opensCustomers = (Controller) =>
    class extends Controller {
        async openRecord(record, { newWindow } = {}) {
            const { root } = this.model;
            const records = root.isGrouped
                ? root.groups.flatMap((group) => group.list.records || [])
                : root.records;
            const ids = records.map((each) => each.data.partner_id.id);
            return this.env.services.action.doAction(
                {
                    type: "ir.actions.act_window",
                    res_model: "res.partner",
                    res_id: record.data.partner_id.id,
                    views: [[false, "form"]],
                    context: { retention_page: "retention" },
                },
                { newWindow, props: { resIds: [...new Set(ids)] } }
            );
        }
    };

/** Says in the filters' own words that nobody fits. */
const saysNobody = (Renderer) =>
    class extends Renderer {
        get nobody() {
            const facets = this.env.searchModel?.facets || [];
            const words = facets
                .filter((facet) => facet.type !== "groupBy")
                .map((facet) => facet.values.join(` ${facet.separator || ""} `))
                .join(", ");
            if (!words) {
                return this.props.noContentHelp;
            }
            const sentence = _t("Nobody here: %s", words);
            return markup`<p class="o_view_nocontent_smiling_face">${sentence}</p>`;
        }
    };

/** Shows the number of customers of a column beside its value. */
export class CustomerKanbanHeader extends KanbanHeader {
    static template = "customer_retention.CustomerKanbanHeader";
}

export class CustomerKanbanRenderer extends saysNobody(KanbanRenderer) {
    static template = "customer_retention.CustomerKanbanRenderer";
    static components = { ...KanbanRenderer.components, KanbanHeader: CustomerKanbanHeader };
}

export class CustomerListRenderer extends saysNobody(ListRenderer) {
    static template = "customer_retention.CustomerListRenderer";
}

registry.category("views").add("retention_customer_kanban", {
    ...kanbanView,
    Controller: opensCustomers(KanbanController),
    Renderer: CustomerKanbanRenderer,
});

registry.category("views").add("retention_customer_list", {
    ...listView,
    Controller: opensCustomers(ListController),
    Renderer: CustomerListRenderer,
});
