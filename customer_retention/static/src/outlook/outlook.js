import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatMonetary } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { accentColor, RetentionChart, themeColor } from "../chart/retention_chart";

const percent = (share) => `${Math.round(100 * share)}%`;

/** How well the outlook would have said what came: for a manager to judge whether to trust it. */
export class RetentionOutlook extends Component {
    static template = "customer_retention.Outlook";
    static components = { Layout, RetentionChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.percent = percent;
        this.state = useState({ data: null });
        onWillStart(async () => {
            const data = await this.orm.call("retention.outlook", "get_outlook", []);
            for (const row of data.horizons) {
                row.config = row.trial && this.getTenthsConfig(row.trial);
            }
            this.state.data = data;
        });
    }

    formatMoney(value) {
        return formatMonetary(value, {
            currencyId: this.state.data.currency_id,
            digits: [16, 0],
            trailingZeros: false,
        });
    }

    /** What is compared, as lines of a table: what was said, beside what it has to beat. */
    getLines({ trial }) {
        return [
            {
                label: _t("Buyers"),
                own: _t("%s expected", Math.round(trial.expected_buyers)),
                other: _t("%s came", trial.buyers),
                help: _t("How many customers bought again."),
            },
            {
                label: _t("Value"),
                own: _t("%s expected", this.formatMoney(trial.expected_value)),
                other: _t("%s came", this.formatMoney(trial.value)),
                help: _t("What they bought for."),
            },
            {
                label: _t("Order of customers (AUC)"),
                own: trial.auc.toFixed(2),
                other: _t("%s by the last purchase alone", trial.recency_auc.toFixed(2)),
                help: _t("0.50 is chance, 1.00 is a perfect order."),
            },
            {
                label: _t("Top 20%% of customers brought", []),
                own: percent(trial.captured["20"]),
                other: _t("%s by past spend", percent(trial.captured_past["20"])),
                help: _t("Share of all that was bought, by the 20% who were expected to buy most."),
            },
        ];
    }

    /** The sentence beside the chart, which also says it to those who do not see the chart. */
    getSentence({ trial }) {
        const [first, last] = [trial.tenths[0], trial.tenths[trial.tenths.length - 1]];
        return _t(
            "Of the tenth most likely to buy, %(first)s bought; of the least likely, %(last)s.",
            { first: percent(first.share), last: percent(last.share) }
        );
    }

    getTenthsConfig({ tenths }) {
        const text = themeColor("body-color");
        const dataset = (label, name, color) => ({
            label,
            data: tenths.map((tenth) => 100 * tenth[name]),
            backgroundColor: color,
        });
        const axis = (title, ticks) => ({
            title: { display: true, text: title, color: text },
            ticks: { color: text, ...ticks },
            grid: { color: themeColor("border-color") },
        });
        return {
            type: "bar",
            data: {
                labels: tenths.map((_tenth, index) => index + 1),
                datasets: [
                    dataset(_t("Expected"), "chance", themeColor("secondary-color")),
                    dataset(_t("Bought"), "share", accentColor()),
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                plugins: {
                    legend: { position: "bottom", labels: { color: text } },
                    tooltip: {
                        callbacks: {
                            title: () => "",
                            label: ({ dataset: { label }, parsed }) =>
                                `${label}: ${Math.round(parsed.y)}%`,
                        },
                    },
                },
                scales: {
                    x: axis(_t("Tenths of customers, the most likely first")),
                    y: {
                        ...axis(_t("Bought again"), { callback: (value) => `${value}%` }),
                        min: 0,
                        max: 100,
                    },
                },
            },
        };
    }
}

registry.category("actions").add("customer_retention.outlook", RetentionOutlook);
