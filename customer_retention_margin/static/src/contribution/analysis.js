import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { RetentionAnalysis } from "@customer_retention/analysis/analysis";
import { accentColor, themeColor } from "@customer_retention/chart/retention_chart";

patch(RetentionAnalysis.prototype, {
    /** The sentence under the whale curve, which also says it to those who do not see the curve. */
    get whaleSentence() {
        const { top, top_percent, total } = this.state.data.whale;
        const words = {
            customers: `${Math.round(top_percent)}%`,
            top: this.formatMoney(top),
            total: this.formatMoney(total),
            lost: this.formatMoney(top - total),
        };
        return top > total
            ? _t(
                  "The best %(customers)s of customers bring %(top)s; the others cost %(lost)s of it, and %(total)s is left.",
                  words
              )
            : _t("Every customer brings something: %(total)s is left of all.", words);
    },

    /** The curve is made once: a new object would draw it anew each time. */
    get whaleConfig() {
        this._whaleConfig ??= this.getWhaleConfig(this.state.data.whale);
        return this._whaleConfig;
    },

    getWhaleConfig({ points }) {
        const text = themeColor("body-color");
        const axis = (title, callback, range) => ({
            type: "linear",
            ...range,
            title: { display: true, text: title, color: text },
            ticks: { color: text, callback },
            grid: { color: themeColor("border-color") },
        });
        const percent = (value) => `${Math.round(value)}%`;
        const money = (value) => this.formatMoney(value);
        return {
            type: "line",
            data: {
                datasets: [
                    {
                        data: points.map(([x, y]) => ({ x, y })),
                        borderColor: accentColor(),
                        borderWidth: 2,
                        pointRadius: 0,
                        fill: false,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "nearest", intersect: false },
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        callbacks: {
                            title: () => "",
                            label: ({ parsed }) =>
                                _t("The best %(customers)s of customers bring %(amount)s", {
                                    customers: percent(parsed.x),
                                    amount: money(parsed.y),
                                }),
                        },
                    },
                },
                scales: {
                    x: axis(_t("Share of customers, best first"), percent, { min: 0, max: 100 }),
                    y: axis(_t("Contribution of them all"), money, {}),
                },
            },
        };
    },
});
