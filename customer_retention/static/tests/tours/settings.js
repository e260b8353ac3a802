import { registry } from "@web/core/registry";

const GOLD = ".o_field_widget[name=retention_gold_percent] input";
const SAVE = {
    trigger: ".o_control_panel button.o_form_button_save",
    run: "click",
};

registry.category("web_tour.tours").add("retention_settings", {
    url: "/odoo/retention-customers",
    steps: () => [
        {
            trigger:
                ".o_menu_sections [data-menu-xmlid='customer_retention.retention_configuration_menu']",
            run: "click",
        },
        {
            trigger:
                ".o-dropdown-item[data-menu-xmlid='customer_retention.retention_settings_menu']",
            run: "click",
        },
        {
            content: "a percent above 100 is refused, with what is allowed",
            trigger: GOLD,
            run: "edit 150 && press Tab",
        },
        SAVE,
        {
            trigger:
                ".modal:contains(Gold Customers (%) is 150. It has to be between 0.01 and 100.) .modal-footer button",
            run: "click",
        },
        { trigger: "body:not(:has(.modal))" },
        {
            trigger: GOLD,
            run: "edit 20 && press Tab",
        },
        SAVE,
        { trigger: "body:not(:has(.o_form_dirty)) .o_menu_brand:contains(Retention)" },
    ],
});
