import { registry } from "@web/core/registry";

const CARD = ".o_kanban_record:contains(Tour Chairs)";

registry.category("web_tour.tours").add("retention_satisfaction_call", {
    steps: () => [
        {
            content: "the day says who is dissatisfied, about what, and in which words",
            trigger: `${CARD}:contains(Dissatisfied (S-TOUR): “Two chairs are missing”):contains(To be done by)`,
        },
        {
            trigger: `${CARD} a:contains(Tour Chairs)`,
            run: "click",
        },
        {
            trigger: ".o_form_view .o_notebook .nav-link:contains(Retention)",
            run: "click",
        },
        {
            content: "the customer's page has it too",
            trigger: ".o_field_widget[name=satisfaction_comments]:contains(Two chairs are missing)",
        },
        {
            isActive: ["body:not(:has(button[name=action_open_followups]))"],
            trigger: ".o-form-buttonbox .o_button_more",
            run: "click",
        },
        {
            content: "from there back to what is to be done for this customer",
            trigger: "button[name=action_open_followups]",
            run: "click",
        },
        {
            trigger: `${CARD} .o_retention_key_2`,
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=what_to_do]:contains(Call Tour Chairs)",
        },
        {
            trigger: ".modal .o_field_widget[name=comment] textarea",
            run: "edit The chairs have come, all is well",
        },
        {
            trigger: ".modal .o_retention_faces button[data-value=satisfied][aria-checked=true]",
        },
        {
            content: "nothing is noted before it is saved",
            trigger: ".modal button[name=action_save]",
            run: "click",
        },
        { trigger: `body:not(:has(.modal)):not(:has(${CARD}))` },
    ],
});
