import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate, toLocaleDateString } from "@web/core/l10n/dates";
import { formatMonetary } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { accentColor, dashedLabels, RetentionChart, themeColor } from "../chart/retention_chart";
import { useOpenRecords } from "../open_records";

/** Pareto curve, status by class, and who moved: every figure opens its records. */
export class RetentionAnalysis extends Component {
    static template = "customer_retention.Analysis";
    static components = { Layout, RetentionChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.records = useOpenRecords();
        this.display = { controlPanel: {} };
        this.state = useState({ data: null, pareto: null });
        onWillStart(async () => {
            this.state.data = await this.orm.call("retention.analysis", "get_analysis", []);
            this.state.pareto = this.getParetoConfig(this.state.data.pareto);
        });
    }

    formatMoney(value) {
        return formatMonetary(value, {
            currencyId: this.state.data.currency_id,
            digits: [16, 0],
            trailingZeros: false,
        });
    }

    formatDay(day) {
        return toLocaleDateString(deserializeDate(day));
    }

    /** The sentence under the curve, which also says it to those who do not see the curve. */
    get paretoSentence() {
        const { points } = this.state.data.pareto;
        const fifth = points.find(([customers]) => customers >= 20);
        return _t("The top 20%% of customers bring %s%% of the value of the last 12 months.", [
            Math.round(fifth ? fifth[1] : 100),
        ]);
    }

    getParetoConfig({ points, classes }) {
        if (!points.length) {
            return null;
        }
        const text = themeColor("body-color");
        const line = (x, label, dash) => ({
            label,
            data: [
                { x, y: 0 },
                { x, y: 100 },
            ],
            borderColor: text,
            borderDash: dash,
            borderWidth: 1,
            pointRadius: 0,
        });
        const percent = (value) => `${Math.round(value)}%`;
        const axis = (title) => ({
            type: "linear",
            min: 0,
            max: 100,
            title: { display: true, text: title, color: text },
            ticks: { color: text, callback: percent },
            grid: { color: themeColor("border-color") },
        });
        const datasets = [
            {
                label: _t("Share of value"),
                data: points.map(([x, y]) => ({ x, y })),
                borderColor: accentColor(),
                borderWidth: 2,
                pointRadius: 0,
                fill: false,
            },
        ];
        if ("a" in classes) {
            datasets.push(line(classes.a, _t("Class A ends at %s", percent(classes.a)), [6, 3]));
        }
        if ("b" in classes) {
            datasets.push(line(classes.b, _t("Class B ends at %s", percent(classes.b)), [2, 3]));
        }
        return {
            type: "line",
            data: { datasets },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "nearest", intersect: false },
                plugins: {
                    legend: {
                        position: "bottom",
                        labels: {
                            color: text,
                            usePointStyle: true,
                            pointStyle: "line",
                            pointStyleWidth: 30,
                            generateLabels: dashedLabels,
                        },
                    },
                    tooltip: {
                        callbacks: {
                            title: () => "",
                            label: ({ parsed }) =>
                                _t("%(customers)s of customers bring %(value)s of the value", {
                                    customers: percent(parsed.x),
                                    value: percent(parsed.y),
                                }),
                        },
                    },
                },
                scales: { x: axis(_t("Share of customers")), y: axis(_t("Share of value")) },
            },
        };
    }

    openCustomers(name, domain) {
        this.records.openList("retention.customer", name, domain);
    }

    openEvents(name, domain) {
        this.records.openList("retention.event", name, domain);
    }
}

registry.category("actions").add("customer_retention.analysis", RetentionAnalysis);
