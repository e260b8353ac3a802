import { Component } from "@odoo/owl";
import { Field } from "@web/views/fields/field";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * What a customer is, in a row of badges: gold, class, segment, status.
 *
 * The view has the four fields, hidden or not, for their labels: `is_gold`, `abc_class`,
 * `rfm_segment` and the status, whose name can be given as the option `status`.
 */
export class Badges extends Component {
    static template = "customer_retention.Badges";
    static components = { Field };
    static props = { ...standardWidgetProps, status: String };

    /** The fields that say something, each with its widget. */
    get badges() {
        const { data } = this.props.record;
        return [
            ["is_gold", "retention_gold"],
            ["abc_class", "retention_class"],
            ["rfm_segment", "badge"],
            [this.props.status, "retention_status"],
        ].filter(([name]) => data[name]);
    }
}

registry.category("view_widgets").add("retention_badges", {
    component: Badges,
    extractProps: ({ options }) => ({ status: options.status || "retention_status" }),
    additionalClasses: ["d-flex", "flex-wrap", "align-items-center", "gap-1", "mb-1"],
});
