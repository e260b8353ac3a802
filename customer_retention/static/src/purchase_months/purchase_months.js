import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate } from "@web/core/l10n/dates";
import { formatMonetary } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useService } from "@web/core/utils/hooks";
import { accentColor, RetentionChart, themeColor } from "../chart/retention_chart";

/** The value of the last 24 months of a customer as bars, read when shown. */
export class PurchaseMonths extends Component {
    static template = "customer_retention.PurchaseMonths";
    static components = { RetentionChart };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ config: null, label: "" });
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps((props) => {
            if (props.record.resId !== this.props.record.resId) {
                return this.load(props.record);
            }
        });
    }

    async load(record) {
        const months = record.resId
            ? await this.orm.call("retention.analysis", "get_months", [record.resId])
            : [];
        const currencyId = record.data.retention_currency_id?.id;
        this.state.config = months.length ? this.getConfig(months, currencyId) : null;
        this.state.label = this.getLabel(months, currencyId);
    }

    /** The words under the bars: with the highest of them, since they have no scale. */
    getLabel(months, currencyId) {
        const highest = Math.max(0, ...months.map(([, amount]) => amount));
        return _t(
            "Value a month, last 24 months; at most %s",
            formatMonetary(highest, { currencyId, digits: [16, 0], trailingZeros: false })
        );
    }

    getConfig(months, currencyId) {
        const labels = months.map(([day]) => deserializeDate(day).toFormat("LLL yyyy"));
        const muted = themeColor("secondary-color") || themeColor("body-color");
        return {
            type: "bar",
            data: {
                labels,
                datasets: [
                    {
                        data: months.map(([, amount]) => amount),
                        backgroundColor: accentColor(),
                        borderRadius: 2,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        callbacks: { label: (item) => formatMonetary(item.raw, { currencyId }) },
                    },
                },
                scales: {
                    x: {
                        grid: { display: false },
                        ticks: { color: muted, maxTicksLimit: 5, maxRotation: 0 },
                    },
                    y: { display: false },
                },
            },
        };
    }
}

registry.category("view_widgets").add("retention_purchase_months", {
    component: PurchaseMonths,
    fieldDependencies: [{ name: "retention_currency_id", type: "many2one" }],
});
