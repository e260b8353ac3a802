import { registry } from "@web/core/registry";

const CARD = ".o_kanban_record:contains(Silent gold customer)";
const followup = (name) => `.o_kanban_record:contains(${name})`;

registry.category("web_tour.tours").add("retention_program", {
    url: "/odoo/retention-programs",
    steps: () => [
        {
            content: "the start page says how much work a program makes",
            trigger: `${CARD} .o_retention_preview, ${CARD} button:contains(How much work?)`,
            // By itself, or where the server is slow, when asked.
            run: ({ anchor }) => anchor.matches("button") && anchor.click(),
        },
        { trigger: `${CARD} .o_retention_preview:contains(In the next 30 days)` },
        {
            trigger: `${CARD} .fw-bold`,
            run: "click",
        },
        { trigger: ".o_form_view .o_retention_preview:contains(In the last 90 days)" },
        {
            trigger: ".o_statusbar_buttons button:contains(Switch On)",
            run: "click",
        },
        { trigger: ".modal .o_retention_preview" },
        {
            content:
                "of the three who are silent and gold already, more than three cannot be taken",
            trigger: ".modal .o_field_widget[name=take_count] input",
            run: "edit 4 && press Tab",
        },
        {
            trigger: ".modal footer button[name=action_start]",
            run: "click",
        },
        {
            trigger: ".modal:contains(It has to be between 0 and 3.) footer button:contains(Close)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=take_count] input",
            run: "edit 2 && press Tab",
        },
        {
            trigger: ".modal footer button[name=action_start]",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_statusbar_status button.o_arrow_button_current:contains(Running)",
        },
    ],
});

registry.category("web_tour.tours").add("retention_my_day", {
    url: "/odoo/retention-my-day",
    steps: () => [
        { trigger: `${followup("Tour First")}:contains(gone silent)` },
        {
            content: "the bar says how much there is",
            trigger: ".o_retention_day_bar:contains(2 today):contains(at stake)",
        },
        {
            content: "a face opens the dialog with it",
            trigger: `${followup("Tour First")} .o_retention_key_1`,
            run: "click",
        },
        {
            trigger: ".modal .o_retention_faces button[data-value=dissatisfied][aria-checked=true]",
        },
        {
            content: "what lies behind may be noted",
            trigger: ".modal .o_field_widget[name=comment] textarea",
            run: "edit The chairs came late",
        },
        {
            trigger: ".modal button[name=action_save]",
            run: "click",
        },
        {
            content: "the next one takes its place; nobody is there, by key",
            trigger: `body:not(:has(${followup("Tour First")})) ${followup("Tour Second")}`,
            run: "press n",
        },
        {
            content: "which is said, and taken back",
            trigger:
                "body:has(.o_retention_day_end) .o_notification:contains(not reached, 1 of 3) button:contains(Undo)",
            run: "click",
        },
        {
            content: "not now asks for how long; a week is proposed",
            trigger: `${followup("Tour Second")} button[name=action_not_now]`,
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=days] input:value(7)",
            run: "edit 91",
        },
        { trigger: ".modal footer button[name=action_save]", run: "click" },
        {
            trigger:
                ".modal:contains(It has to be between 1 and 90.) footer button:contains(Close)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=days] input",
            run: "edit 3 && press Tab",
        },
        { trigger: ".modal footer button[name=action_save]", run: "click" },
        {
            content: "what was put off is not of today",
            trigger: `body:not(:has(${followup("Tour Second")})) .o_retention_day_end:contains(Nothing to follow up today)`,
        },
        { trigger: ".o_retention_done:contains(Tour First)" },
        {
            content: "who is late and has nobody is called at once",
            trigger: ".o_retention_late div:has(a:contains(Tour Third)) + span + button",
            run: "click",
        },
        { trigger: `${followup("Tour Third")}:contains(Planned by hand)` },
    ],
});

registry.category("web_tour.tours").add("retention_followup_activity", {
    steps: () => [
        {
            content: "the menu of activities leads to My Day",
            trigger: ".o_menu_systray button:has(i[aria-label=Activities])",
            run: "click",
        },
        { trigger: ".o_retention_my_day", run: "click" },
        {
            trigger: `${followup("Tour First")} a:contains(Tour First)`,
            run: "click",
        },
        {
            content: "the contact's activity has the buttons of My Day",
            trigger: ".o-mail-Activity:contains(gone silent) .o_retention_tomorrow",
            run: "click",
        },
        {
            trigger: ".o-mail-Activity:contains('Tomorrow:') .o_retention_not_now",
            run: "click",
        },
        { trigger: ".modal footer button[name=action_save]", run: "click" },
        {
            trigger: "body:not(:has(.modal)) .o-mail-Activity:contains(Due in) .o_retention_stop",
            run: "click",
        },
        { trigger: ".modal footer button:contains(Stop)", run: "click" },
        { trigger: "body:not(:has(.o-mail-Activity)) .o-mail-Chatter" },
    ],
});
