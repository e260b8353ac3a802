import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("retention_cancel_quotation", {
    steps: () => [
        {
            content: "cancelling asks why",
            trigger: ".o_statusbar_buttons button[name=action_ask_cancel]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=lost_reason_id] span:contains(Too expensive)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=competitor_id] input",
            run: "edit Tour Rival",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Tour Rival):not(:contains(Create))",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_mass_cancel]:contains(Confirm Cancellation)",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Cancelled)",
        },
        { trigger: ".o_field_widget[name=lost_reason_id] input:value(Too expensive)" },
        { trigger: ".o_field_widget[name=competitor_id] input:value(Tour Rival)" },
    ],
});

registry.category("web_tour.tours").add("retention_record_loss", {
    steps: () => [
        {
            trigger: ".o_notebook .nav-link:contains(Retention)",
            run: "click",
        },
        {
            content: "what went wrong so far",
            trigger:
                ".o_field_widget[name=deal_breaker_summary]:contains(Too expensive: quotation)",
        },
        {
            content: "why they choose us, one click",
            trigger: ".o_field_widget[name=choice_reason_ids] input",
            run: "edit Fast",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Fast delivery)",
            run: "click",
        },
        { trigger: ".o_field_widget[name=choice_reason_ids] .o_tag:contains(Fast delivery)" },
        {
            trigger: "button[name=action_record_loss]",
            run: "click",
        },
        {
            content: "the year's value is there already",
            trigger: ".modal .o_field_widget[name=value_year] input:value(600.00)",
        },
        {
            trigger:
                ".modal .o_field_widget[name=date] button, .modal .o_field_widget[name=date] input",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=date] input",
            run: "edit -9d && press Tab",
        },
        {
            trigger: ".modal .o_field_widget[name=reason_id] input",
            run: "edit Poor",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Poor service)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=avoidable] label:contains(Yes)",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_record]",
            run: "click",
        },
        {
            content: "the status follows at once",
            trigger:
                "div[name=retention_badges] .o_field_badge[name=retention_status]:contains(Lost)",
        },
        {
            trigger:
                ".o_field_widget[name=deal_breaker_summary]:contains(Poor service: recorded as lost)",
        },
        {
            trigger: "button[name=action_open_deal_breakers]",
            run: "click",
        },
        {
            content: "every line opens its document",
            trigger: ".o_list_view .o_data_row:contains(Lost customer) td[name=source]",
            run: "click",
        },
        {
            trigger: "button[name=action_win_back]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Being won back)",
        },
    ],
});

registry.category("web_tour.tours").add("retention_won_back", {
    steps: () => [
        {
            trigger: ".o_notebook .nav-link:contains(Retention)",
            run: "click",
        },
        {
            trigger: "button[name=action_refresh]",
            run: "click",
        },
        {
            trigger:
                "div[name=retention_badges] .o_field_badge[name=retention_status]:contains(Won back)",
        },
        {
            content: "the loss is no deal breaker any more",
            trigger: ".o_field_widget[name=deal_breaker_summary]:not(:contains(Poor service))",
        },
    ],
});

registry.category("web_tour.tours").add("retention_cause_gone", {
    steps: () => [
        {
            trigger: ".o_data_row:contains(Too expensive) button[name=action_cause_gone]",
            run: "click",
        },
        {
            content: "one line for each customer lost to it",
            trigger: ".o_data_row:contains(Tour Customer) .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_cause_gone]",
            run: "click",
        },
        { trigger: ".o_notification:contains(the cause is gone)" },
    ],
});
