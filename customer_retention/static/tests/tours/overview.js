import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("retention_overview", {
    steps: () => [
        {
            trigger: ".o_retention_overview [data-card=value_at_risk]:contains(900)",
            run: "click",
        },
        { trigger: ".o_data_row:contains(Tour Silent), .o_kanban_record:contains(Tour Silent)" },
        {
            trigger: ".o_back_button, .breadcrumb-item:contains(Overview)",
            run: "click",
        },
        {
            trigger: ".o_retention_silent_gold div:has(a:contains(Tour Silent)) + span + button",
            run: "click",
        },
        { trigger: ".o_notification:contains(Tour Silent: on My Day)" },
        {
            content: "somebody follows up now",
            trigger: ".o_retention_silent_gold:not(:contains(Tour Silent))",
        },
        { trigger: ".o_retention_now [data-card=followups_due]:contains(1)" },
        { trigger: ".o_retention_now button:contains(Start My Day)", run: "click" },
        { trigger: ".o_retention_cockpit .o_kanban_record:contains(Tour Silent)" },
    ],
});
