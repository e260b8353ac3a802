import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate } from "@web/core/l10n/dates";
import { accentColor, RetentionChart, themeColor } from "../chart/retention_chart";

/** Text of a share: "84%", or an NPS with its sign. */
export function formatShare(measure, value) {
    const rounded = Math.round(value);
    if (measure === "nps") {
        return rounded > 0 ? `+${rounded}` : `${rounded}`.replace("-", "−");
    }
    return `${rounded}%`;
}

/** The interval of a share in words: "81% to 90%". */
export function formatInterval(measure, share) {
    return _t("%(low)s to %(high)s", {
        low: formatShare(measure, share.low),
        high: formatShare(measure, share.high),
    });
}

/**
 * A share by month, or by quarter where no month has enough customers: a point with its error bar
 * where enough answered.
 */
export class ShareChart extends Component {
    static template = "customer_retention.ShareChart";
    static components = { RetentionChart };
    static props = { measure: String, months: Array, quarters: Array };

    get byMonth() {
        return this.props.months.some((month) => !month[this.props.measure].is_few);
    }

    get points() {
        const { measure, months, quarters } = this.props;
        return (this.byMonth ? months : quarters).map((point) => ({
            label: deserializeDate(point.date).toFormat(this.byMonth ? "LLL yy" : "'Q'q yy"),
            share: point[measure],
        }));
    }

    /** How many points are known: a single one is said, not drawn. */
    get known() {
        return this.points.filter(({ share }) => !share.is_few).length;
    }

    /** The chart in words, for those who do not see it. */
    get sentence() {
        const { measure } = this.props;
        const known = this.points.filter(({ share }) => !share.is_few);
        return known
            .map(({ label, share }) =>
                _t("%(month)s: %(share)s (%(interval)s)", {
                    month: label,
                    share: formatShare(measure, share.value),
                    interval: formatInterval(measure, share),
                })
            )
            .join("; ");
    }

    get config() {
        const { measure } = this.props;
        const points = this.points;
        const text = themeColor("body-color");
        const shown = (pick) => points.map(({ share }) => (share.is_few ? null : pick(share)));
        const format = (value) => formatShare(measure, value);
        return {
            data: {
                labels: points.map(({ label }) => label),
                datasets: [
                    {
                        type: "line",
                        data: shown((share) => share.value),
                        borderColor: accentColor(),
                        backgroundColor: accentColor(),
                        borderWidth: 1,
                        pointRadius: 4,
                    },
                    {
                        type: "bar",
                        data: shown((share) => [share.low, share.high]),
                        backgroundColor: text,
                        barThickness: 2,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        filter: (item) => item.datasetIndex === 0,
                        callbacks: {
                            label: ({ dataIndex }) => {
                                const { share } = points[dataIndex];
                                return _t("%(share)s (%(interval)s), %(count)s customers", {
                                    share: format(share.value),
                                    interval: formatInterval(measure, share),
                                    count: share.count,
                                });
                            },
                        },
                    },
                },
                scales: {
                    x: { ticks: { color: text }, grid: { display: false } },
                    y: {
                        suggestedMax: 100,
                        suggestedMin: measure === "nps" ? -20 : 0,
                        ticks: { color: text, maxTicksLimit: 6, callback: format },
                        grid: { color: themeColor("border-color") },
                    },
                },
            },
        };
    }
}
