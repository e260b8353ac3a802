import { useChildSubEnv, useEffect } from "@odoo/owl";
import { Deferred } from "@web/core/utils/concurrency";
import { Notebook } from "@web/core/notebook/notebook";
import { patch } from "@web/core/utils/patch";

/** What stands on a page of a notebook can ask it for the page of a field. */
patch(Notebook.prototype, {
    setup() {
        super.setup();
        this.openWantedPage();
        useChildSubEnv({ retentionNotebook: this });
        useEffect(
            () => this.retentionDrawn?.resolve(),
            () => [this.state.currentPage]
        );
    },

    /** Begin on the page that the action asks for. */
    openWantedPage() {
        const name = this.env.searchModel?.globalContext?.retention_page;
        const found = name && this.navItems.find(([, page]) => page.name === name);
        if (found) {
            this.state.currentPage = found[0];
        }
    },

    /** Return the ids of the pages that can be opened and have a field, hidden there or not. */
    getPagesOfField(name) {
        return this.navItems
            .filter(([, page]) => !page.isDisabled && page.fieldNames?.includes(name))
            .map(([id]) => id);
    },

    /** Open a page, and resolve when it is drawn. */
    async openPage(id) {
        if (id !== this.state.currentPage) {
            this.retentionDrawn = new Deferred();
            this.activatePage(id);
            await this.retentionDrawn;
        }
    },
});
