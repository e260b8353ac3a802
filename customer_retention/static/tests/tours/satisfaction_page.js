import { registry } from "@web/core/registry";

const PAGE = ".o_retention_satisfaction";

registry.category("web_tour.tours").add("retention_satisfaction_page", {
    steps: () => [
        {
            content: "30 customers make a figure with its interval",
            trigger: `${PAGE} [data-measure=satisfied] button:contains(90%)`,
        },
        {
            trigger: `${PAGE} [data-measure=satisfied] p:contains(74% to 97%, 30 customers)`,
        },
        {
            content: "29 do not",
            trigger: `${PAGE} [data-measure=nps] p:contains(29 customers answered)`,
        },
        {
            content: "who wrote, what it is worth, and what",
            trigger: `${PAGE} [data-part=comments] li:contains(Tour Critic):contains(Dissatisfied):contains(Nobody called back)`,
        },
        {
            content: "with its day as lists write it, like Nov 8",
            trigger: `${PAGE} [data-part=comments] li:contains(Tour Critic) span.ms-auto:contains(/^[^/]*[0-9][^/]*$/)`,
        },
        {
            content: "split by something else",
            trigger: "#retention_satisfaction_group",
            run: "select status",
        },
        {
            trigger: `${PAGE} .o_retention_groups th:contains(None)`,
        },
        {
            content: "a number opens its records",
            trigger: `${PAGE} [data-part=loop] [data-value=not_called] button:contains(3)`,
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Tour Critic)",
        },
        {
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a:contains(Satisfaction)",
            run: "click",
        },
        {
            content: "those of the table, too: 29 of the 30 answered how likely they recommend us",
            trigger: `${PAGE} .o_retention_groups td button:contains(29)`,
            run: "click",
        },
        {
            trigger: ".o_list_view .o_pager_limit:contains(29)",
        },
        {
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a:contains(Satisfaction)",
            run: "click",
        },
        {
            content: "another period",
            trigger: `${PAGE} button[data-days='30']`,
            run: "click",
        },
        {
            trigger: `${PAGE} button[data-days='30'].active`,
        },
        {
            content: "all answers, to be turned and exported",
            trigger: `${PAGE} button:contains(Pivot and export)`,
            run: "click",
        },
        {
            trigger: ".o_pivot_view .o_pivot table",
        },
    ],
});

registry.category("web_tour.tours").add("retention_satisfaction_page_phone", {
    steps: () => [
        {
            trigger: `${PAGE} [data-measure=satisfied] button:contains(90%)`,
        },
        {
            content: "nothing is wider than the phone",
            trigger: `${PAGE}`,
            run() {
                if (this.anchor.scrollWidth > this.anchor.clientWidth) {
                    throw new Error("The page is wider than the screen");
                }
            },
        },
        {
            trigger: `${PAGE} [data-part=comments] button:contains(Tour Critic)`,
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=name]",
        },
    ],
});

registry.category("web_tour.tours").add("retention_satisfaction_page_empty", {
    steps: () => [
        {
            content: "an empty page says what to do",
            trigger: `${PAGE} p:contains(No answers in this period)`,
        },
        {
            trigger: `${PAGE} li:contains(Send a survey from an order or a customer)`,
        },
    ],
});
