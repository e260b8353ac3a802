import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("retention_outlook", {
    steps: () => [
        {
            content: "The next 90 days are in use, tried out beside recency",
            trigger: "section[data-horizon='90'] .badge:contains('In use')",
        },
        { trigger: "section[data-horizon='90'] td:contains('by the last purchase alone')" },
        { trigger: "section[data-horizon='90'] td:contains('by past spend')" },
        { trigger: "section[data-horizon='90'] canvas[role=img]" },
        {
            content: "The next 12 months say why they say nothing, without a number",
            trigger:
                "section[data-horizon='365']:contains('It needs purchases of 1095 days'):not(:has(table))",
        },
    ],
});

registry.category("web_tour.tours").add("retention_outlook_contact", {
    steps: () => [
        { trigger: ".o_form_view .nav-link:contains('Retention')", run: "click" },
        { trigger: "[name=outlook]:contains('Of 100 customers like this one')" },
        { trigger: "[name=outlook_year_reason]:contains('It needs purchases of 1095 days')" },
        { trigger: "body:not(:has([name=expected_value_year]:visible))" },
    ],
});
