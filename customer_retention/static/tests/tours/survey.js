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
            content: "what follows stands on one page of ours",
            trigger: ".o_retention_survey_answer textarea",
            run: "edit Kind people",
        },
        {
            trigger: ".o_retention_survey_answer label:contains(Better than expected)",
            run: "click",
        },
        {
            content: "who is very satisfied may be quoted",
            trigger: ".o_retention_survey_answer legend:contains(May we quote you)",
        },
        {
            trigger: ".o_retention_survey_answer button:contains(Send)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "thanks, by name",
            trigger: ".o_retention_survey_answer:contains(Thank you, Edwin!)",
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
