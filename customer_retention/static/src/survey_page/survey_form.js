import { patch } from "@web/core/utils/patch";
import { SurveyForm } from "@survey/interactions/survey_form";

// Customers are not asked whether they are sure: what they sent is sent.
patch(SurveyForm.prototype, {
    onSubmit(ev) {
        const form = this.el.querySelector("form.o_survey-fill-form");
        if (ev.currentTarget.value === "finish" && form.dataset.retentionInvitation) {
            ev.preventDefault();
            this.submitForm({ isFinish: true });
        } else {
            super.onSubmit(ev);
        }
    },
});
