import { registry } from "@web/core/registry";

const plan = (text) => `.o_field_widget[name=plan]:contains(${text})`;
const field = (name) => `.o_field_widget[name=${name}] input`;

registry.category("web_tour.tours").add("retention_sample", {
    url: "/odoo/retention-samples",
    steps: () => [
        { trigger: ".o_view_nocontent:contains(What do all your customers think?)" },
        { trigger: ".o_list_button_add, .o-kanban-button-new", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=name] input", run: "edit Autumn" },
        {
            content: "what is not allowed is said at once",
            trigger: field("error_percent"),
            run: "edit 0 && press Tab",
        },
        { trigger: plan("Error (±%) is 0. It has to be between 0.1 and 50.") },
        { trigger: field("error_percent"), run: "edit 25 && press Tab" },
        { trigger: field("response_percent"), run: "edit 90 && press Tab" },
        {
            content: "n₀ = 15.37, / (1 + 14.37 / 10) = 6.31; 7 / 0.9 = 7.8",
            trigger: plan("what 10 customers think, 7 answers are needed"),
        },
        { trigger: plan("with 90 % answering, ask 8.") },
        {
            content: "what is missing is said before anything is to be confirmed",
            trigger: "button[name=action_draw]",
            run: "click",
        },
        { trigger: ".o_field_widget[name=survey_id].o_field_invalid" },
        { trigger: field("survey_id"), run: "edit Tour" },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Tour Survey)",
            run: "click",
        },
        {
            content: "one of them has no email address",
            trigger: plan("1 of those drawn cannot be asked (No email address: 1)"),
        },
        { trigger: "button[name=action_draw]", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Drawn)",
        },
        { trigger: "button[name=action_ask]:contains(Invite)", run: "click" },
        { trigger: ".modal footer button.btn-primary", run: "click" },
        {
            trigger:
                ".o_field_widget[name=progress]:contains(8 are still to be asked; this goes on by itself.)",
        },
    ],
});

registry.category("web_tour.tours").add("retention_sample_progress", {
    url: "/odoo/retention-samples",
    steps: () => [
        {
            trigger: ".o_data_row:contains(Autumn):contains(Asked) td[name=name]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=progress]:contains(8 asked, 1 answered (12.5 %): what all 10 think is known within)",
        },
        {
            trigger: ".o_stat_text:contains(Replaced)",
            run: "click",
        },
        { trigger: ".o_data_row:contains(No email address)" },
        { trigger: ".breadcrumb-item:contains(Autumn), .o_back_button", run: "click" },
        {
            trigger: ".o_stat_text:contains(Answered)",
            run: "click",
        },
        { trigger: ".o_data_row:contains(Tour Customer)" },
    ],
});
