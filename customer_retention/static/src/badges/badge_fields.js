import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { badgeField, BadgeField } from "@web/views/fields/badge/badge_field";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The colors of a customer's status; the others, lost and prospect, are gray. */
const STATUS_COLORS = {
    new: "text-bg-info",
    active: "text-bg-success",
    won_back: "text-bg-success",
    late: "text-bg-warning",
    silent: "text-bg-danger",
};

/** A star and the word, nothing where the customer is not gold; never editable. */
export class GoldField extends Component {
    static template = "customer_retention.GoldField";
    static props = { ...standardFieldProps };
}

/** The class with the word before it: "Class A"; never editable. */
export class ClassField extends Component {
    static template = "customer_retention.ClassField";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get label() {
        const { selection } = this.props.record.fields[this.props.name];
        return Object.fromEntries(selection)[this.value];
    }

    get color() {
        return { a: "text-bg-primary", b: "text-bg-info" }[this.value] || "text-bg-300";
    }
}

/** The status of a customer in its color. */
export class StatusField extends BadgeField {
    get badgeClass() {
        return STATUS_COLORS[this.props.record.data[this.props.name]] || "text-bg-300";
    }
}

registry.category("fields").add("retention_gold", {
    component: GoldField,
    displayName: _t("Gold customer"),
    supportedTypes: ["boolean"],
});

registry.category("fields").add("retention_class", {
    component: ClassField,
    displayName: _t("Customer class"),
    supportedTypes: ["selection"],
});

registry.category("fields").add("retention_status", {
    ...badgeField,
    component: StatusField,
    displayName: _t("Customer status"),
    supportedTypes: ["selection"],
    supportedOptions: [],
    additionalClasses: ["o_field_badge"],
});

/** The status and, for gold customers, a star: one column that says how a customer stands. */
export class StandingField extends StatusField {
    static template = "customer_retention.StandingField";

    get isGold() {
        return this.props.record.data.is_gold;
    }
}

registry.category("fields").add("retention_standing", {
    ...badgeField,
    component: StandingField,
    displayName: _t("Status and gold of a customer"),
    supportedTypes: ["selection"],
    supportedOptions: [],
    additionalClasses: ["o_field_badge"],
    fieldDependencies: [{ name: "is_gold", type: "boolean", readonly: true }],
});

/** The last months as small bars, the present one last; what was paid back is no bar. */
export class SparklineField extends Component {
    static template = "customer_retention.SparklineField";
    static props = { ...standardFieldProps };

    get bars() {
        const months = this.props.record.data[this.props.name] || [];
        const highest = Math.max(...months, 0);
        return months.map((amount) => (highest ? Math.max(0, (amount * 100) / highest) : 0));
    }
}

registry.category("fields").add("retention_sparkline", {
    component: SparklineField,
    displayName: _t("Last months as bars"),
    supportedTypes: ["json"],
});
