import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("retention_badges", {
    steps: () => [
        {
            content: "gold, class, segment and status, in this order, the status in its color",
            trigger: [
                ".o_widget_retention_badges [name=is_gold]:contains(Gold)",
                "[name=abc_class]:contains(Class A)",
                "[name=rfm_segment]:has(.badge)",
                "[name$=status]:has(.text-bg-success):contains(Active)",
            ].join(" + "),
        },
        {
            content: "and why, which nobody can change",
            trigger: ".o_field_widget[name=status_reason]:contains(Active):not(:has(input))",
        },
    ],
});

registry.category("web_tour.tours").add("retention_customer_form", {
    steps: () => [
        {
            content: "the badge line says who this is",
            trigger: "div[name=retention_badges] .badge:contains(Gold)",
        },
        { trigger: "div[name=retention_badges] .badge:contains(Class A)" },
        {
            trigger:
                "div[name=retention_badges] .o_field_badge[name=retention_status]:contains(Active)",
        },
        {
            content: "and why",
            trigger: ".o_field_widget[name=status_reason]:contains(Active: buys about every)",
        },
        {
            trigger: ".o_notebook .nav-link:contains(Retention)",
            run: "click",
        },
        {
            content: "value now, in whole units, with its trend",
            trigger: ".o_field_widget[name=value_year]:contains($ 9,000)",
        },
        { trigger: ".o_field_widget[name=value_trend]:contains(▼ 10 % vs the year before)" },
        {
            content: "the last 24 months as bars, with the highest in words",
            trigger: ".o_retention_months:contains(at most $ 10,000):has(canvas[aria-label])",
        },
        {
            content: "rank and rhythm",
            trigger: ".o_field_widget[name=rank]:contains(1)",
        },
        { trigger: ".o_field_widget[name=purchase_count]:contains(4)" },
        {
            content: "what happened",
            trigger: ".o_field_widget[name=latest_event_ids] td:contains(Became gold)",
        },
        {
            content: "nothing computed can be edited",
            trigger: "div[name=retention_badges]:not(:has(input)):not(:has(select))",
        },
        {
            trigger: "button[name=action_refresh]",
            run: "click",
        },
        {
            trigger: ".o_notebook .nav-link.active:contains(Retention)",
        },
        {
            trigger: "button[name=action_open_retention_purchases]",
            run: "click",
        },
        {
            content: "all purchases, and each opens its document",
            trigger: ".o_list_view .o_data_row td[name=partner_id]:contains(Tour Gold)",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=amount]" },
    ],
});
