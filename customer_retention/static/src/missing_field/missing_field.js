import { Component, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * What is missing in a profile, each a button that goes to its field, on whatever page it is.
 *
 * Stands on a page of a notebook, which knows the pages of fields (`notebook_patch.js`).
 */
export class MissingField extends Component {
    static template = "customer_retention.MissingField";
    static props = { ...standardFieldProps };

    setup() {
        this.root = useRef("root");
        this.notification = useService("notification");
    }

    get missing() {
        return this.props.record.data[this.props.name] || [];
    }

    /** Return the field's first input that can be seen in this form, if any. */
    findInput(form, name) {
        for (const field of form.querySelectorAll(`.o_field_widget[name="${name}"]`)) {
            const input = field.querySelector("input, textarea, select");
            const shown = input || field;
            if (shown.offsetParent) {
                return shown;
            }
        }
    }

    async goTo({ name, label }) {
        const form = this.root.el.closest(".o_form_view");
        const notebook = this.env.retentionNotebook;
        const page = notebook.state.currentPage;
        let target = this.findInput(form, name);
        for (const other of target ? [] : notebook.getPagesOfField(name)) {
            await notebook.openPage(other);
            target = this.findInput(form, name);
            if (target) {
                break;
            }
        }
        if (!target) {
            await notebook.openPage(page);
            this.notification.add(_t("%s is not on this form.", label), { type: "warning" });
            return;
        }
        target.scrollIntoView({ block: "center" });
        target.focus();
    }
}

export const missingField = {
    component: MissingField,
    displayName: _t("What is missing"),
    supportedTypes: ["json"],
};

registry.category("fields").add("retention_missing", missingField);
