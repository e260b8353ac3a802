import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("retention_contribution", {
    steps: () => [
        {
            content: "the page Retention of the contact",
            trigger: ".o_form_view .o_notebook .nav-link[name=retention]",
            run: "click",
        },
        {
            content: "sales as a bar, with word and amount",
            trigger:
                ".o_retention_contribution [data-part=sales]:contains(Sales):contains($ 1,000)",
        },
        {
            content: "what it costs to thank",
            trigger: ".o_retention_contribution [data-part=goodwill]:contains($ -500)",
        },
        {
            content: "and what is left",
            trigger: ".o_retention_contribution [data-part=left]:contains($ -100)",
        },
        {
            content: "said in words, too",
            trigger: ".o_retention_contribution:contains(Gold by turnover, lead by contribution)",
        },
    ],
});

registry.category("web_tour.tours").add("retention_contribution_unknown", {
    steps: () => [
        {
            content: "the page Retention of the contact",
            trigger: ".o_form_view .o_notebook .nav-link[name=retention]",
            run: "click",
        },
        {
            content: "the reason in place of the bars",
            trigger:
                ".o_retention_contribution:contains(The cost is known of 0 %):not(:has([data-part]))",
        },
    ],
});

registry.category("web_tour.tours").add("retention_whale", {
    steps: () => [
        {
            content: "the curve, which also says itself in words",
            trigger: ".o_retention_whale canvas[aria-label*='of customers bring']",
        },
        {
            content: "who is not in it",
            trigger: ".o_retention_whale:contains(1 customers whose cost)",
        },
    ],
});

registry.category("web_tour.tours").add("retention_contribution_list", {
    steps: () => [
        {
            content: "what is left, in the list",
            trigger:
                ".o_list_view .o_data_row:contains($ 1,000) td[name=contribution_year]:contains($ -100)",
        },
        {
            content: "nothing where too little is known",
            trigger:
                ".o_list_view .o_data_row:contains($ 100) td[name=contribution_year]:not(:contains($))",
        },
    ],
});
