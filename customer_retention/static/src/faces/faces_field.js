import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { SelectionField, selectionField } from "@web/views/fields/selection/selection_field";

const ICONS = {
    dissatisfied: "fa-frown-o text-danger",
    satisfied: "fa-meh-o text-warning",
    very_satisfied: "fa-smile-o text-success",
};

/** Three faces with their words; a second tap takes the answer back. */
export class FacesField extends SelectionField {
    static template = "customer_retention.FacesField";

    get faces() {
        return this.options.map(([value, label]) => ({
            value,
            label,
            icon: ICONS[value],
            isChosen: value === this.props.record.data[this.props.name],
        }));
    }

    choose(face) {
        this.props.record.update({ [this.props.name]: face.isChosen ? false : face.value });
    }
}

registry.category("fields").add("retention_faces", {
    ...selectionField,
    component: FacesField,
    displayName: _t("Faces"),
});
