import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("retention_survey_answer", {
    steps: () => [
        {
            content: "the choice of the mail is chosen, and the button says so",
            trigger: ".o_retention_confirm:contains(Send my answer: Satisfied)",
        },
        {
            content: "another face is one tap",
            trigger: "button[name=choice]:contains(Very satisfied)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the second question",
            trigger: ".o_survey_form textarea",
            run: "edit Kind people",
        },
        { trigger: "button[value=next]", run: "click" },
        {
            content: "the third question",
            trigger: ".o_survey_form label:contains(Better than expected)",
            run: "click",
        },
        { trigger: "button[value=next]", run: "click" },
        {
            content: "the last one",
            trigger: ".o_survey_form label:contains(No, thank you)",
            run: "click",
        },
        { trigger: "button[value=finish]", run: "click" },
        {
            content: "thanks, by name",
            trigger: ".o_survey_finished:contains(Thank you, Edwin!)",
        },
    ],
});

registry.category("web_tour.tours").add("retention_survey_send", {
    steps: () => [
        { trigger: ".o_cp_action_menus .fa-cog", run: "click" },
        { trigger: ".o-dropdown-item:contains(Send Survey)", run: "click" },
        {
            content: "who will be asked",
            trigger: ".modal .alert-info:contains(will be asked):contains(Edwin)",
        },
        { trigger: ".modal button[name=action_send]", run: "click" },
        { trigger: ".o_notification:contains(Sent to Edwin)" },
        { trigger: "body:not(:has(.modal))" },
    ],
});
