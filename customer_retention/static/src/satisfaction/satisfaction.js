import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate, toLocaleDateString } from "@web/core/l10n/dates";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { useOpenRecords } from "../open_records";
import { formatInterval, formatShare, ShareChart } from "./share_chart";

const ARROWS = { up: "▲", down: "▼" };
/** Which answers a measure is about; grades of 0 were not given. */
const ANSWERED = { satisfied: ["level", "!=", false], nps: ["nps_group", "!=", false] };

/** What customers answer, what lies behind, and what we made of it: every number opens its records. */
export class RetentionSatisfaction extends Component {
    static template = "customer_retention.Satisfaction";
    static components = { Layout, ShareChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.records = useOpenRecords();
        this.display = { controlPanel: {} };
        this.formatInterval = formatInterval;
        this.formatShare = formatShare;
        this.state = useState({ days: 90, group: "user_id", data: null, uncalled: null });
        onWillStart(() => this.loadFirst());
    }

    /** Begin with the last 90 days, or with 12 months where these say too little. */
    async loadFirst() {
        await this.load();
        const { months, quarters } = this.state.data;
        const known = (points) =>
            ["satisfied", "csat", "nps"].some(
                (name) => points.filter((point) => !point[name].is_few).length > 1
            );
        if (!known(months) && !known(quarters)) {
            await this.choose({ days: 365 });
        }
    }

    async load() {
        const { days, group } = this.state;
        const [data, uncalled] = await Promise.all([
            this.orm.call("retention.satisfaction.analysis", "get_satisfaction", [days, group]),
            this.orm.call("retention.satisfaction.analysis", "get_uncalled", [days]),
        ]);
        Object.assign(this.state, { data, uncalled });
    }

    async choose(values) {
        Object.assign(this.state, values);
        await this.load();
    }

    // ------------------------------------------------------------------
    // Words
    // ------------------------------------------------------------------

    get periods() {
        return [
            { days: 30, label: _t("30 days") },
            { days: 90, label: _t("90 days") },
            { days: 365, label: _t("12 months") },
            { days: 730, label: _t("24 months") },
        ];
    }

    get measures() {
        return [
            {
                name: "satisfied",
                label: _t("Satisfied"),
                help: _t("Satisfied and very satisfied, of the three levels"),
            },
            { name: "csat", label: _t("CSAT"), help: _t("Answers 4 and 5, of 1 to 5") },
            { name: "nps", label: _t("NPS"), help: _t("Promoters less detractors, in points") },
        ];
    }

    get groups() {
        return [
            { name: "user_id", label: _t("Salesperson") },
            { name: "categ_id", label: _t("Product category") },
            { name: "source_id", label: _t("Source") },
            { name: "abc_class", label: _t("Class") },
            { name: "status", label: _t("Status") },
            { name: "survey", label: _t("Survey") },
        ];
    }

    get attitudes() {
        const labels = {
            courtesy: _t("Courtesy"),
            empathy: _t("Empathy"),
            effort: _t("Effort"),
            honesty: _t("Honesty"),
            knowledge: _t("Knowledge"),
            ease: _t("Ease"),
        };
        return Object.entries(labels)
            .map(([name, label]) => ({ name, label }))
            .filter(({ name }) => this.state.data.groups.some((row) => row.attitudes[name]));
    }

    /** Titles of the lists that numbers open. */
    get words() {
        return {
            answered: _t("Answered"),
            called: _t("Called"),
            comments: _t("Comments"),
            dissatisfied: _t("Dissatisfied"),
            in_time: _t("Called within one working day"),
            invitations: _t("Invitations"),
            last: _t("Last NPS Answers"),
            open: _t("Can Still Be Answered"),
        };
    }

    get felt() {
        return {
            worse: _t("Worse than expected"),
            as_expected: _t("As expected"),
            better: _t("Better than expected"),
        };
    }

    get npsGroups() {
        return [
            { name: "promoter", label: _t("Promoters"), answered: "9–10" },
            { name: "passive", label: _t("Passive"), answered: "7–8" },
            { name: "detractor", label: _t("Detractors"), answered: "0–6" },
        ];
    }

    /** Open the dialog that switches a program on, with the work it makes in view. */
    switchOn(programId) {
        return this.action.doAction("customer_retention.retention_program_start_action", {
            additionalContext: { active_id: programId },
            onClose: () => this.load(),
        });
    }

    /** Put a call about an answer on the reader's day. */
    async callBack(row) {
        await this.action.doAction(
            await this.orm.call("retention.satisfaction", "action_call", [[row.id]])
        );
        await this.load();
    }

    get loopParts() {
        return [
            {
                name: "called",
                label: _t("Called"),
                values: {
                    in_time: _t("within one working day"),
                    late: _t("later"),
                    not_called: _t("not called"),
                    waiting: _t("to be called"),
                },
            },
            {
                name: "bought",
                label: _t("Bought again within the usual purchase interval"),
                values: { yes: _t("yes"), no: _t("no"), waiting: _t("there is time yet") },
            },
            {
                name: "next",
                label: _t("Next answer"),
                values: {
                    very_satisfied: _t("very satisfied"),
                    satisfied: _t("satisfied"),
                    dissatisfied: _t("dissatisfied again"),
                    none: _t("none yet"),
                },
            },
        ];
    }

    /** How a share moved against the period before, in words. */
    formatChange(share) {
        if (!share.change) {
            return _t("too few before to compare");
        }
        const { direction, difference } = share.change;
        if (direction === "same") {
            return _t("no change");
        }
        if (direction === "open") {
            return _t("too early to compare");
        }
        return _t("%(arrow)s %(points)s points", {
            arrow: ARROWS[direction],
            points: Math.abs(Math.round(difference)),
        });
    }

    formatCount(count) {
        return count === 1 ? _t("1 customer") : _t("%s customers", count);
    }

    formatPeople(count) {
        return count === 1 ? _t("1 person") : _t("%s people", count);
    }

    /** How many working days until the call, where half of them took less. */
    formatWait(days) {
        if (days === 0) {
            return _t("Half of those called were called on the same day.");
        }
        return days === 1
            ? _t("Half of those called were called within 1 working day.")
            : _t("Half of those called were called within %s working days.", days);
    }

    formatMean(value) {
        return value ? formatFloat(value, { digits: [16, 1] }) : "–";
    }

    formatMoney(value) {
        return formatMonetary(value || 0, {
            currencyId: this.state.data.currency_id,
            digits: [16, 0],
            trailingZeros: false,
        });
    }

    formatDay(day) {
        return toLocaleDateString(deserializeDate(day));
    }

    // ------------------------------------------------------------------
    // Records
    // ------------------------------------------------------------------

    /** Opens answers: as a list, and as cards on a telephone. */
    openAnswers(name, domain) {
        this.records.openList("retention.satisfaction.report", name, domain, ["kanban"]);
    }

    /** Opens the answers of a row of the table that have a measure or an attitude. */
    openMeasure(row, { name, label }) {
        const answered = ANSWERED[name] || [name, ">", 0];
        this.openAnswers(`${row.label}: ${label}`, [...row.domain, answered]);
    }

    /** Opens the answers of the period as a pivot, to be turned and exported. */
    openAnalysis() {
        this.records.openPivot(
            "retention.satisfaction.report",
            _t("Answers"),
            this.state.data.domain
        );
    }

    openExpectation() {
        this.records.openPivot(
            "retention.expectation.report",
            _t("Expectation Against Reality"),
            this.state.data.reality.domain
        );
    }
}

registry.category("actions").add("customer_retention.satisfaction", RetentionSatisfaction);
