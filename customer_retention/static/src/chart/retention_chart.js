import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";

/** Returns a color of the present theme by the name of its CSS variable, so that dark mode fits. */
export function themeColor(name) {
    return getComputedStyle(document.body).getPropertyValue(`--${name}`).trim();
}

/** Returns the color of what a chart is about: that of links, since the primary one stays as dark. */
export function accentColor() {
    return themeColor("link-color") || themeColor("primary");
}

/** Returns the entries of a legend, dashed as their lines are: Chart.js draws points solid. */
export function dashedLabels(chart) {
    // eslint-disable-next-line no-undef
    return Chart.defaults.plugins.legend.labels.generateLabels(chart).map((label) => ({
        ...label,
        lineDash: chart.data.datasets[label.datasetIndex].borderDash || [],
        lineWidth: chart.data.datasets[label.datasetIndex].borderWidth,
    }));
}

/** A Chart.js chart; `label` says in words what it shows, for those who do not see it. */
export class RetentionChart extends Component {
    static template = "customer_retention.RetentionChart";
    static props = { config: Object, label: String, height: { type: Number, optional: true } };
    static defaultProps = { height: 120 };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                // eslint-disable-next-line no-undef
                const chart = new Chart(this.canvas.el, this.props.config);
                return () => chart.destroy();
            },
            () => [this.props.config]
        );
    }
}
