import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const openFilters = {
    trigger: ".o_searchview_dropdown_toggler",
    run: "click",
};

registry.category("web_tour.tours").add("retention_customer_list", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            trigger: ".o_app[data-menu-xmlid='customer_retention.retention_menu']",
            run: "click",
        },
        {
            trigger:
                ".o_menu_sections button[data-menu-xmlid='customer_retention.retention_customer_root_menu']",
            run: "click",
        },
        {
            content: "customers by status, or another first screen of the app",
            trigger: "a[data-menu-xmlid='customer_retention.retention_customer_menu']",
            run: "click",
        },
        {
            content: "a column for each status with its number",
            trigger:
                ".o_kanban_group:has(.o_column_title:contains(/^Silent \\(1\\)/)) .o_kanban_record:contains(Tour Silent)",
        },
        {
            content: "columns for statuses nobody has, but not for prospects",
            trigger:
                ".o_kanban_renderer:has(.o_column_title:contains(Lost)):not(:has(.o_column_title:contains(Prospect)))",
        },
        {
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(Tour Gold)" },
        openFilters,
        {
            trigger: ".o_filter_menu .o-dropdown-item:contains(/^Silent$/)",
            run: "click",
        },
        { trigger: ".o_list_view:not(:has(.o_data_row:contains(Tour Gold)))" },
        {
            content: "a line opens the contact",
            trigger: ".o_data_row td[name=partner_id]:contains(Tour Silent)",
            run: "click",
        },
        { trigger: "div[name=retention_badges] .badge:contains(Silent)" },
    ],
});

registry.category("web_tour.tours").add("retention_partner_list", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row:contains(Tour Gold)" },
        openFilters,
        {
            trigger: ".o_filter_menu .o-dropdown-item:contains(/^Gold$/)",
            run: "click",
        },
        { trigger: ".o_list_view:not(:has(.o_data_row:contains(Tour Silent)))" },
        {
            content: "sort by value",
            trigger: ".o_data_row:contains(Tour Gold) td[name=value_year]:contains($ 9,000)",
        },
        {
            trigger: "th[data-name=value_year]",
            run: "click",
        },
        {
            content: "the total of the column",
            trigger: ".o_list_footer td:contains(9,000)",
        },
        openFilters,
        {
            trigger: ".o_group_by_menu .o-dropdown-item:contains(/^Segment$/)",
            run: "click",
        },
        { trigger: ".o_group_header" },
    ],
});
