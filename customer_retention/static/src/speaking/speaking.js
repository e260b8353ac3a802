import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { GraphController } from "@web/views/graph/graph_controller";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";
import { PivotController } from "@web/views/pivot/pivot_controller";
import { pivotView } from "@web/views/pivot/pivot_view";
import { AnswerPivotRenderer } from "../answer_pivot/answer_pivot";
import { useOpenRecords } from "../open_records";

/** What the chart or table below says, in one sentence, with its list and what to do about it. */
export class ReportSentence extends Component {
    static template = "customer_retention.ReportSentence";
    static props = { resModel: String, domain: Array };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.records = useOpenRecords();
        this.state = useState({ said: false });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((props) => {
            if (JSON.stringify(props.domain) !== JSON.stringify(this.props.domain)) {
                return this.load(props);
            }
        });
    }

    async load({ resModel, domain }) {
        this.state.said = await this.orm.call(resModel, "get_sentence", [domain]);
    }

    openList() {
        const { sentence, domain } = this.state.said;
        return this.records.openList(this.props.resModel, sentence, domain);
    }

    act() {
        return this.action.doAction(this.state.said.action);
    }
}

/** Sums of hundreds and more have no decimals, as everywhere here. */
export class SpeakingPivotRenderer extends AnswerPivotRenderer {
    getFormattedValue(cell) {
        const isMoney = this.model.metaData.measures[cell.measure]?.type === "monetary";
        if (isMoney && Math.abs(cell.value) >= 100 && cell.currencyIds?.length === 1) {
            const [currencyId] = cell.currencyIds;
            return { value: formatMonetary(cell.value, { currencyId, digits: [16, 0] }) };
        }
        return super.getFormattedValue(cell);
    }
}

/** Draws no line from bar to bar where these have no order; the sum is said by the bar. */
export class SpeakingGraphRenderer extends GraphRenderer {
    getBarChartData() {
        const { groupBy, fields } = this.model.metaData;
        const field = groupBy.length && fields[groupBy[0].fieldName];
        if (field && !["date", "datetime"].includes(field.type)) {
            this.model.lineOverlayDataset = null;
        }
        return super.getBarChartData();
    }
}

export class SpeakingGraphController extends GraphController {
    static template = "customer_retention.SpeakingGraphView";
    static components = { ...GraphController.components, ReportSentence };
}

export class SpeakingPivotController extends PivotController {
    static template = "customer_retention.SpeakingPivotView";
    static components = { ...PivotController.components, ReportSentence };
}

registry.category("views").add("retention_speaking_graph", {
    ...graphView,
    Controller: SpeakingGraphController,
    Renderer: SpeakingGraphRenderer,
});

registry.category("views").add("retention_speaking_pivot", {
    ...pivotView,
    Controller: SpeakingPivotController,
    Renderer: SpeakingPivotRenderer,
});
