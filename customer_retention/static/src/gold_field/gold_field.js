import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A star and the word, nothing where the customer is not gold; never editable. */
export class GoldField extends Component {
    static template = "customer_retention.GoldField";
    static props = { ...standardFieldProps };
}

export const goldField = {
    component: GoldField,
    displayName: _t("Gold customer"),
    supportedTypes: ["boolean"],
};

registry.category("fields").add("retention_gold", goldField);
