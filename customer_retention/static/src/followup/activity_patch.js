import { Activity } from "@mail/core/web/activity";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/** An activity that is a follow-up of a program has the buttons of My Day. */
patch(Activity.prototype, {
    async doFollowup(method) {
        const { thread } = this;
        const { action, orm } = this.env.services;
        const followups = [this.props.activity.retention_followup];
        const dialog = await orm.call("retention.followup", method, [followups]);
        if (dialog) {
            await new Promise((resolve) => action.doAction(dialog, { onClose: resolve }));
        }
        this.props.onActivityChanged(thread);
    },

    stopFollowup() {
        this.env.services.dialog.add(ConfirmationDialog, {
            body: _t("End this program for this customer, for good?"),
            confirmLabel: _t("Stop"),
            confirm: () => this.doFollowup("action_stop_customer"),
            cancel: () => {},
        });
    },
});
