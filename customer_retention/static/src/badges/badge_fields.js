import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

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
