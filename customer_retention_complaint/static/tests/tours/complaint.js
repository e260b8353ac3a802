import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("retention_complaint", {
    steps: () => [
        {
            content: "from the contact: one sentence is enough",
            trigger: "button[name=action_complain]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit The lamp flickers",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "the contact says what is open",
            trigger: "body:not(:has(.modal)) button[name=action_open_complaints]:contains(1 open)",
            run: "click",
        },
        {
            trigger: ".o_kanban_record:contains(The lamp flickers):contains(due in)",
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_acknowledge]",
            run: "click",
        },
        {
            content: "promise the day that is proposed",
            trigger:
                ".o_form_view:not(:has(button[name=action_acknowledge])) button[name=action_promise]",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_promise]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_field_widget[name=promise_text]",
        },
        {
            content: "answer in the chatter",
            trigger: ".o-mail-Chatter-sendMessage",
            run: "click",
        },
        {
            trigger: ".o-mail-Composer-input",
            run: "edit We send another one",
        },
        {
            trigger: ".o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            trigger: ".o-mail-Message:contains(We send another one)",
        },
        {
            content: "what was done to make it right",
            trigger: "button[name=action_redress]",
            run: "click",
        },
        {
            trigger:
                ".modal .o_field_widget[name=kind] input, .modal .o_field_widget[name=kind] select",
        },
        {
            trigger: ".modal .o_field_widget[name=cost] input",
            run: "edit 12.50",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) button[name=action_solve]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Solved)",
        },
    ],
});

registry.category("web_tour.tours").add("retention_complaint_page", {
    steps: () => [
        {
            trigger: ".o_retention_complaints [data-part=opened] button:contains(1)",
        },
        {
            trigger: ".o_retention_complaints [data-days='365']",
            run: "click",
        },
        {
            trigger: ".o_retention_complaints [data-days='365'].active",
        },
        {
            trigger: "#retention_complaint_group",
            run: "selectByLabel Salesperson",
        },
        {
            trigger: "[data-part=groups] th:contains(For 100 orders)",
        },
        {
            content: "a number opens its records",
            trigger: "[data-part=opened] button",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_cell:contains(The lamp flickers)",
            run: "click",
        },
        {
            content: "and a record the complaint",
            trigger: ".o_form_view .o_field_widget[name=name]",
        },
    ],
});

registry.category("web_tour.tours").add("retention_complaint_portal", {
    steps: () => [
        {
            trigger: "a[href='/my/complaints']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "a[href='/my/complaints/new']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#description",
            run: "edit It flickers below half.",
        },
        {
            content: "the sentence is missing: it is said, and what was typed stays",
            trigger: ".o_retention_complaint_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".invalid-feedback:contains(one sentence)",
        },
        {
            trigger: "#description:value(It flickers below half.)",
        },
        {
            trigger: "#name",
            run: "edit The lamp flickers",
        },
        {
            trigger: ".o_retention_complaint_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "filed, with the day by which they hear from us",
            trigger: ".o_retention_complaint:contains(You hear from us by)",
        },
        {
            content: "the conversation is loaded after the page",
            trigger: "#chatterRoot:shadow .o-mail-Composer-input",
            timeout: 60000,
            run: "edit And it smells",
        },
        {
            trigger: "#chatterRoot:shadow .o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            trigger: "#chatterRoot:shadow .o-mail-Message:contains(And it smells)",
        },
    ],
});

registry.category("web_tour.tours").add("retention_complaint_portal_verdict", {
    steps: () => [
        {
            trigger: ".o_retention_verdict #would_buy_again",
            run: "selectByLabel Perhaps",
        },
        {
            trigger: ".o_retention_verdict button[value=settled]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_retention_complaint:contains(Thank you for letting us know)",
        },
    ],
});
