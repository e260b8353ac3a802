import { registry } from "@web/core/registry";

const CSV = `Customer,Date,Amount,Reference
Tour Silent,2024-03-15,1250.50,OLD-1
Tour Silent,2024-05-02,-80,OLD-2
`;

registry.category("web_tour.tours").add("retention_import", {
    steps: () => [
        {
            trigger: ".o_list_view .o_control_panel .o_cp_action_menus button:has(.fa-cog)",
            run: "click",
        },
        {
            trigger: ".o_import_menu",
            run: "click",
        },
        {
            content: "a spreadsheet to fill in is offered",
            trigger: ".o_import_action a[href$='retention_past_purchase.xlsx']",
        },
        {
            trigger: ".o_control_panel .o_import_file",
            async run() {
                const files = new DataTransfer();
                files.items.add(new File([CSV], "purchases.csv", { type: "text/csv" }));
                const input = document.querySelector(".o_control_panel input.o_input_file");
                input.files = files.files;
                input.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        { trigger: ".o_import_data_content:contains(OLD-1)" },
        {
            trigger: ".o_control_panel button:contains(/^Test$/)",
            run: "click",
        },
        { trigger: ".alert-info:contains(Everything seems valid)" },
        {
            trigger: ".o_control_panel button:contains(/^Import$/)",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(OLD-1):contains(1,250.50)" },
        { trigger: ".o_list_view .o_data_row:contains(OLD-2):contains(-80.00)" },
    ],
});
