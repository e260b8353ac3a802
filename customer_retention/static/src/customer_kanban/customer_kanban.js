import { registry } from "@web/core/registry";
import { KanbanHeader } from "@web/views/kanban/kanban_header";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

/** Shows the number of customers of a column beside its value. */
export class CustomerKanbanHeader extends KanbanHeader {
    static template = "customer_retention.CustomerKanbanHeader";
}

export class CustomerKanbanRenderer extends KanbanRenderer {
    static components = { ...KanbanRenderer.components, KanbanHeader: CustomerKanbanHeader };
}

registry.category("views").add("retention_customer_kanban", {
    ...kanbanView,
    Renderer: CustomerKanbanRenderer,
});
