import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { MonetaryField, monetaryField } from "@web/views/fields/monetary/monetary_field";

/** An amount in whole units of its currency: cents hide what a customer is worth. */
export class AmountField extends MonetaryField {
    get currencyDigits() {
        return [16, 0];
    }
}

registry.category("fields").add("retention_amount", {
    ...monetaryField,
    component: AmountField,
    displayName: _t("Amount in whole units"),
});
