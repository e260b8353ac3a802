import { registry } from "@web/core/registry";

/** Adds a tour that may take so many clicks, and no more. */
function addCounted(name, most, steps) {
    const clicks = steps.filter((step) => `${step.run}`.startsWith("click")).length;
    if (clicks > most) {
        throw new Error(`${name} takes ${clicks} clicks, and may take ${most}.`);
    }
    registry.category("web_tour.tours").add(name, { steps: () => steps });
}

const menu = (name) => `[data-menu-xmlid='customer_retention.${name}']`;

addCounted("retention_clicks_late", 2, [
    { trigger: `button${menu("retention_customer_root_menu")}`, run: "click" },
    { trigger: `a${menu("retention_own_customer_menu")}`, run: "click" },
    {
        content: "late and silent first, the most valuable on top; only mine",
        trigger:
            ".o_searchview_facet:contains(My Customers), .o_kanban_group:nth-child(2) .o_kanban_record:first:contains(Tour Customer)",
    },
    { trigger: ".o_kanban_group:nth-child(1) .o_column_title:contains(Late)" },
]);

addCounted("retention_clicks_brought", 2, [
    { trigger: `button${menu("retention_customer_root_menu")}`, run: "click" },
    { trigger: `a${menu("retention_referrer_menu")}`, run: "click" },
    { trigger: ".o_list_view .o_data_row:contains(Tour Customer)" },
]);

addCounted("retention_clicks_loss", 4, [
    {
        content: "a card of the app opens the contact on its page Retention",
        trigger: ".o_kanban_record:contains(Tour Customer)",
        run: "click",
    },
    {
        content: "the others of the list are behind the pager",
        trigger: ".o_form_view .o_pager_limit:contains(2)",
    },
    { trigger: ".o_notebook .nav-link.active:contains(Retention)" },
    { trigger: "button[name=action_record_loss]", run: "click" },
    { trigger: ".modal .o_field_widget[name=competitor_id] input", run: "edit Tour Rival" },
    {
        trigger: ".o-autocomplete--dropdown-item:contains(Tour Rival):not(:contains(Create))",
        run: "click",
    },
    { trigger: ".modal button[name=action_record]", run: "click" },
    { trigger: "body:not(:has(.modal)) .o_form_view" },
]);

addCounted("retention_clicks_thank", 2, [
    {
        content: "the contact says what would be best, with its button",
        trigger: ".o_form_view:contains(was not thanked yet) button[name=action_thank]:first",
        run: "click",
    },
    { trigger: ".modal footer button.btn-primary:first", run: "click" },
    { trigger: "body:not(:has(.modal)) .o_form_view:not(:contains(was not thanked yet))" },
]);
