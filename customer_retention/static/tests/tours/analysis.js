import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("retention_analysis", {
    steps: () => [
        {
            content: "the curve, which also says itself in words",
            trigger:
                ".o_retention_analysis canvas[aria-label*='of the value of the last 12 months']",
        },
        {
            content: "a cell of the matrix with number and value",
            trigger: ".o_retention_matrix button[data-cell='active/a']:contains($ 9,000)",
            run: "click",
        },
        {
            content: "opens its customers",
            trigger: ".o_list_view .o_data_row td[name=partner_id]:contains(Tour Gold)",
        },
        {
            trigger: ".o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "who came up",
            trigger: ".o_retention_analysis tr:contains(Gold) td:nth-child(2) button:contains(1)",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(Became gold)" },
    ],
});
