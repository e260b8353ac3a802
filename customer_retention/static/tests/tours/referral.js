import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("retention_record_referral", {
    steps: () => [
        {
            content: "a prospect has a page for where it came from",
            trigger: ".o_notebook .nav-link:contains(Retention)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=referred_by_id] input",
            run: "edit Tour Referrer",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Tour Referrer)",
            run: "click",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "the day is noted",
            trigger: ".o_form_saved .o_field_widget[name=referred_date]:not(:empty)",
        },
        {
            content: "where they came from is corrected in a dialog",
            trigger: "button[name=action_edit_source]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=acquisition_source_id] input",
            run: "edit Tour Fair",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Tour Fair)",
            run: "click",
        },
        {
            trigger: ".modal .o_form_button_save, .modal footer button:contains(Save)",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=acquisition_summary]:contains(Tour Fair)",
        },
    ],
});

registry.category("web_tour.tours").add("retention_thank", {
    steps: () => [
        {
            content: "who brought a customer comes up until thanked",
            trigger: ".o_data_row:contains(Tour Referrer) button[name=action_thank]",
            run: "click",
        },
        {
            content: "whom and what for is known",
            trigger: ".modal .o_field_widget[name=reason] input:value(Brought us Tour Friend)",
        },
        {
            trigger: ".modal .o_field_widget[name=kind] .o_selection_badge:contains(Postcard)",
            run: "click",
        },
        {
            trigger: ".modal .o_form_button_save, .modal footer button:contains(Save)",
            run: "click",
        },
        {
            content: "thanked, the line is gone",
            trigger:
                "body:not(:has(.modal)) .o_list_view:not(:has(.o_data_row:contains(Tour Referrer)))",
        },
    ],
});

registry.category("web_tour.tours").add("retention_referral_reports", {
    steps: () => [
        {
            content: "who brought the most comes first",
            trigger:
                ".o_data_row:contains(Tour Referrer) td[name=referred_lifetime_value]:contains(120)",
        },
        {
            trigger: ".o_data_row:contains(Tour Referrer) button[name=action_open_referrals]",
            run: "click",
        },
        {
            trigger:
                ".o_data_row:contains(Tour Friend) td[name=referred_by_id]:contains(Tour Referrer)",
        },
        {
            trigger: "button[data-menu-xmlid='customer_retention.retention_customer_root_menu']",
            run: "click",
        },
        {
            trigger: "a[data-menu-xmlid='customer_retention.retention_referral_tree_menu']",
            run: "click",
        },
        {
            content: "the tree starts with who brought somebody, to be unfolded",
            trigger:
                ".o_hierarchy_node:contains(Tour Referrer) button[name=hierarchy_search_subsidiaries]",
        },
        {
            trigger: "button[data-menu-xmlid='customer_retention.retention_reporting_menu']",
            run: "click",
        },
        {
            trigger: "a[data-menu-xmlid='customer_retention.retention_source_report_menu']",
            run: "click",
        },
        { trigger: ".o_pivot th:contains(Tour Fair)" },
    ],
});

registry.category("web_tour.tours").add("retention_match_referrer", {
    steps: () => [
        {
            content: "the free text is offered, not guessed",
            trigger: ".alert:contains(Tour Referrer) button[name=action_match_referrer]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=partner_id] input",
            run: "click",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Tour Referrer)",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)):not(:has(.alert button[name=action_match_referrer])) .o_form_view",
        },
    ],
});
