import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useOpenRecords } from "../open_records";

/** The first page of the app: every number opens what it counts. */
export class RetentionOverview extends Component {
    static template = "customer_retention.Overview";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.records = useOpenRecords();
        this.display = { controlPanel: {} };
        this.state = useState({ data: null, isManager: false, isAdmin: false, isCounting: false });
        onWillStart(() => Promise.all([this.load(), this.loadGroups()]));
    }

    async loadGroups() {
        [this.state.isManager, this.state.isAdmin] = await Promise.all([
            user.hasGroup("sales_team.group_sale_manager"),
            user.hasGroup("base.group_system"),
        ]);
    }

    async load() {
        this.state.data = await this.orm.call("retention.overview", "get_overview", []);
    }

    getCards(group) {
        return this.state.data.cards.filter((card) => card.group === group);
    }

    /** Whether the page shows the three steps: until all are done. */
    get hasSteps() {
        return this.state.data.steps.some((step) => !step.is_done);
    }

    get day() {
        const { day } = this.state.data;
        return day && deserializeDate(day).toLocaleString({ day: "numeric", month: "long" });
    }

    get whose() {
        return this.state.data.is_own ? _t("your and unassigned customers") : _t("all customers");
    }

    open(card) {
        return this.records.openList(card.model, card.label, card.domain);
    }

    openCustomer(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: row.id,
            views: [[false, "form"]],
            context: { retention_page: "retention" },
        });
    }

    async call(row) {
        await this.action.doAction(
            await this.orm.call("res.partner", "action_call_today", [[row.id]])
        );
        await this.load();
    }

    startDay() {
        return this.action.doAction("customer_retention.retention_followup_action_day");
    }

    /** Whether the reader may take a step. */
    canTake(step) {
        return step.key === "basis" ? this.state.isAdmin : this.state.isManager;
    }

    async take(step) {
        if (step.key === "basis") {
            return this.action.doAction("customer_retention.retention_settings_action");
        }
        if (step.key === "program") {
            return this.action.doAction("customer_retention.retention_program_action");
        }
        this.state.isCounting = true;
        try {
            await this.action.doAction(
                await this.orm.call("retention.run", "action_count_now", [[]])
            );
        } finally {
            this.state.isCounting = false;
        }
    }
}

registry.category("actions").add("customer_retention.overview", RetentionOverview);
