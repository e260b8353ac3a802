import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("retention_profile_form", {
    steps: () => [
        {
            trigger: ".o_notebook .nav-link:contains(Profile)",
            run: "click",
        },
        {
            content: "one click on what is missing goes to a field of this page",
            trigger: "button[data-name=preferred_name]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=preferred_name] input:focus",
            run: "edit Edwin",
        },
        {
            content: "and to a field of another page",
            trigger: "button[data-name=comment]",
            run: "click",
        },
        {
            trigger:
                ".o_notebook:has(.nav-link.active:contains(Notes)) .o_field_widget[name=comment]",
        },
        {
            trigger: ".o_notebook .nav-link:contains(Profile)",
            run: "click",
        },
        {
            content: "what is on no page is said, and the page stays",
            trigger: "button[data-name=tz]",
            run: "click",
        },
        { trigger: ".o_notification:contains(Timezone is not on this form.)" },
        { trigger: ".o_notebook .nav-link.active:contains(Profile)" },
        {
            trigger:
                ".o_field_widget[name=salutation] .o_select_menu_toggler, .o_field_widget[name=salutation] select",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains(Informal)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=priority_id] input",
            run: "edit Reliab",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Reliability)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=preferences] textarea",
            run: "edit Coffee black",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "what was filled is no longer missing",
            trigger: ".o_form_saved:not(:has(button[data-name=preferred_name]))",
        },
        {
            trigger: "button[name=action_mark_reviewed]",
            run: "click",
        },
        {
            content: "the priority was asked today, so nothing is due",
            trigger: ".o_field_widget[name=last_review_date]:not(:empty)",
        },
        { trigger: "button[name=action_confirm_priority]" },
        { trigger: ".o_form_saved" },
    ],
});
