import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

/** How many today, overdue and this week, and what is at stake; a number filters the list. */
class DayBar extends Component {
    static template = "customer_retention.DayBar";
    static props = { list: Object };

    setup() {
        this.orm = useService("orm");
        this.numbers = useState({});
        onWillStart(() => this.load());
        onWillUpdateProps(() => this.load());
    }

    async load() {
        const { resModel } = this.props.list;
        Object.assign(this.numbers, await this.orm.call(resModel, "get_day_bar", []));
    }

    /** Show what this filter of the search shows, of the reader alone. */
    filter(name) {
        const { searchModel } = this.env;
        const items = Object.values(searchModel.searchItems);
        const wanted = ["mine", name];
        for (const item of items.filter((each) => each.type === "filter")) {
            const isActive = searchModel.query.some((each) => each.searchItemId === item.id);
            if (wanted.includes(item.name) !== isActive) {
                searchModel.toggleSearchItem(item.id);
            }
        }
    }
}

/** What was done today, and which late customers have nobody who follows up. */
class DayEnd extends Component {
    static template = "customer_retention.DayEnd";
    static props = { list: Object };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.day = useState({ done: [], late: [] });
        onWillStart(() => this.load());
    }

    async load() {
        const { resModel } = this.props.list;
        Object.assign(this.day, await this.orm.call(resModel, "get_day_end", []));
    }

    async reopen(row) {
        await this.orm.call(this.props.list.resModel, "action_reopen", [[row.id]]);
        await this.action.doAction("soft_reload");
    }

    openCustomer(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }

    async call(row) {
        await this.action.doAction(
            await this.orm.call("res.partner", "action_call_today", [[row.id]])
        );
        await this.action.doAction("soft_reload");
    }
}

/** One follow-up at a time, those that wait beside it, the most valuable first; worked by keys. */
export class DayRenderer extends KanbanRenderer {
    static template = "customer_retention.DayRenderer";
    static components = { ...KanbanRenderer.components, DayBar, DayEnd };

    setup() {
        super.setup();
        this.queue = useState({ id: false, position: 0 });
        const press = (selector) => () =>
            this.rootRef.el.querySelector(`.o_kanban_record ${selector}`)?.click();
        for (const number of [1, 2, 3]) {
            useHotkey(`${number}`, press(`.o_retention_key_${number}`));
        }
        useHotkey("n", press("button[name=action_not_reached]"));
        useHotkey("t", press("button[name=action_tomorrow]"));
        useHotkey("j", () => this.move(1), { allowRepeat: true });
        useHotkey("k", () => this.move(-1), { allowRepeat: true });
    }

    get records() {
        return this.props.list.records;
    }

    /** The chosen one; when it is done, the one that took its place. */
    get position() {
        const found = this.records.findIndex((record) => record.resId === this.queue.id);
        return found >= 0 ? found : Math.min(this.queue.position, this.records.length - 1);
    }

    get current() {
        return this.records[this.position];
    }

    choose(position) {
        this.queue.position = Math.max(0, Math.min(position, this.records.length - 1));
        this.queue.id = this.records[this.queue.position]?.resId;
    }

    move(steps) {
        this.choose(this.position + steps);
    }

    getValue(record) {
        const { value_at_stake: value, currency_id: currency } = record.data;
        return value ? formatMonetary(value, { currencyId: currency?.id, digits: [16, 0] }) : "";
    }
}

registry.category("views").add("retention_day", { ...kanbanView, Renderer: DayRenderer });
