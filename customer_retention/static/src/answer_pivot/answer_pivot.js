import { PivotRenderer } from "@web/views/pivot/pivot_renderer";
import { pivotView } from "@web/views/pivot/pivot_view";
import { registry } from "@web/core/registry";

/** A mean of nothing is nothing: core shows 0% where nobody was asked, and where nothing is known. */
export class AnswerPivotRenderer extends PivotRenderer {
    getFormattedValue(cell) {
        const isKnown = cell.value !== false && cell.value !== null;
        return isKnown ? super.getFormattedValue(cell) : { value: "" };
    }
}

registry.category("views").add("retention_answer_pivot", {
    ...pivotView,
    Renderer: AnswerPivotRenderer,
});
