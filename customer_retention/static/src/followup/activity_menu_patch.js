import { ActivityMenu } from "@mail/core/web/activity_menu";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { useState } from "@odoo/owl";

/** The menu of activities leads to My Day, whoever may see it. */
patch(ActivityMenu.prototype, {
    setup() {
        super.setup();
        this.retention = useState({ hasDay: false });
    },

    async onBeforeOpen() {
        super.onBeforeOpen(...arguments);
        this.retention.hasDay = await user.hasGroup("sales_team.group_sale_salesman");
    },

    openMyDay() {
        this.dropdown.close();
        this.action.doAction("customer_retention.retention_followup_action_day", {
            clearBreadcrumbs: true,
        });
    },
});
