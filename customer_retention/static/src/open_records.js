import { useService } from "@web/core/utils/hooks";

/** How the pages open the records behind their numbers; each with the reader's own rights. */
export function useOpenRecords() {
    const action = useService("action");
    const open = (values) => action.doAction({ type: "ir.actions.act_window", ...values });
    return {
        /** Opens a list; `more` are further kinds of views, and a telephone shows cards of these. */
        openList(model, name, domain, more = []) {
            const kinds = ["list", ...more, "form"];
            return open({
                name,
                res_model: model,
                domain,
                views: kinds.map((kind) => [false, kind]),
                mobile_view_mode: "kanban",
            });
        },
        openPivot(model, name, domain) {
            const views = [
                [false, "pivot"],
                [false, "list"],
            ];
            return open({ name, res_model: model, domain, views });
        },
        openRecord(model, id) {
            return open({ res_model: model, res_id: id, views: [[false, "form"]] });
        },
    };
}
