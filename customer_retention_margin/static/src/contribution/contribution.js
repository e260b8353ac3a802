import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatMonetary } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** From sales to what is left as bars, each with its word and amount; the reason where nothing is said. */
export class Contribution extends Component {
    static template = "customer_retention_margin.Contribution";
    static props = {
        ...standardWidgetProps,
        currencyField: { type: String, optional: true },
    };
    static defaultProps = { currencyField: "retention_currency_id" };

    /** Whether there is anything to tell: who never bought has no figures. */
    get hasFigures() {
        return Boolean(this.reason) || this.props.record.data.contribution_year !== false;
    }

    get reason() {
        return this.props.record.data.contribution_reason;
    }

    get isCostlyGold() {
        return this.props.record.data.is_costly_gold;
    }

    get known() {
        return Math.floor(this.props.record.data.cost_known_percent);
    }

    /** The bars: the first and the last from zero, each cost where the one before ended. */
    get bars() {
        const data = this.props.record.data;
        const costs = [
            ["goods", _t("Goods"), data.goods_year],
            ["visits", _t("Visits and calls"), data.visit_year],
            ["goodwill", _t("Thanks and redress"), data.goodwill_year],
            ["late", _t("Late payment"), data.late_year],
        ];
        const bars = [{ key: "sales", label: _t("Sales"), from: 0, to: data.value_year }];
        let left = data.value_year;
        for (const [key, label, cost] of costs) {
            bars.push({ key, label, from: left, to: left - cost });
            left -= cost;
        }
        bars.push({ key: "left", label: _t("Left"), from: 0, to: data.contribution_year });
        const lowest = Math.min(0, ...bars.map(({ from, to }) => Math.min(from, to)));
        const highest = Math.max(0, ...bars.map(({ from, to }) => Math.max(from, to)));
        const scale = 100 / (highest - lowest || 1);
        return bars.map(({ key, label, from, to }) => ({
            key,
            label,
            amount: this.format(to - from),
            color: this.getColor(key, to - from),
            style:
                `margin-left: ${(Math.min(from, to) - lowest) * scale}%; ` +
                `width: ${Math.max(Math.abs(to - from) * scale, 0.3)}%`,
        }));
    }

    getColor(key, amount) {
        if (key === "sales") {
            return "bg-primary";
        }
        if (key === "left") {
            return amount < 0 ? "bg-danger" : "bg-success";
        }
        return "bg-primary opacity-50";
    }

    format(amount) {
        const currencyId = this.props.record.data[this.props.currencyField]?.id;
        return formatMonetary(amount, { currencyId, digits: [16, 0], trailingZeros: false });
    }
}

registry.category("view_widgets").add("retention_contribution", {
    component: Contribution,
    extractProps: ({ options }) => ({ currencyField: options.currency }),
    fieldDependencies: ({ options }) => [
        { name: options.currency || "retention_currency_id", type: "many2one" },
        { name: "value_year", type: "monetary" },
        { name: "goods_year", type: "monetary" },
        { name: "visit_year", type: "monetary" },
        { name: "goodwill_year", type: "monetary" },
        { name: "late_year", type: "monetary" },
        { name: "contribution_year", type: "monetary" },
        { name: "cost_known_percent", type: "float" },
        { name: "is_costly_gold", type: "boolean" },
        { name: "contribution_reason", type: "char" },
    ],
});
