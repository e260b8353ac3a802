import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate } from "@web/core/l10n/dates";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { accentColor, RetentionChart, themeColor } from "@customer_retention/chart/retention_chart";
import { formatInterval, formatShare } from "@customer_retention/satisfaction/share_chart";

const REPORT = "retention.complaint.report";
const COMPLAINT = "retention.complaint";

/** What came of complaints: how many, how fast, were promises kept, did they buy again. */
export class RetentionComplaints extends Component {
    static template = "customer_retention_complaint.Complaints";
    static components = { Layout, RetentionChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.formatInterval = (share) => formatInterval("rate", share);
        this.formatShare = (value) => formatShare("rate", value);
        this.state = useState({ days: 90, group: "category_id", data: null });
        onWillStart(() => this.load());
    }

    async load() {
        const { days, group } = this.state;
        this.state.data = await this.orm.call("retention.complaint.analysis", "get_complaints", [
            days,
            group,
        ]);
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

    get groups() {
        return [
            { name: "category_id", label: _t("Category") },
            { name: "cause_id", label: _t("Cause") },
            { name: "user_id", label: _t("Responsible") },
            { name: "product_id", label: _t("Product") },
            { name: "salesperson_id", label: _t("Salesperson") },
        ];
    }

    /** The numbers at the top; what is told now opens complaints, the rest rows of the report. */
    get numbers() {
        return [
            { name: "opened", label: _t("Received"), model: REPORT },
            { name: "solved", label: _t("Solved"), model: REPORT },
            { name: "is_open", label: _t("Open now"), model: COMPLAINT },
            { name: "overdue", label: _t("Overdue now"), model: COMPLAINT, danger: true },
        ];
    }

    get speeds() {
        return [
            { name: "ack_hours", label: _t("until the first answer") },
            { name: "solve_hours", label: _t("until it was solved") },
        ];
    }

    get withOrders() {
        return ["product_id", "salesperson_id"].includes(this.state.data.group);
    }

    /** Titles of the lists that numbers open. */
    get words() {
        return {
            peers: _t("Customers compared with"),
            pending: _t("There is time yet"),
            promises: _t("Promises"),
            recovered: _t("Bought again"),
            recovered_value: _t("Bought again for"),
            redress_cost: _t("Cost of redress"),
            repeated: _t("Complained again"),
            solved_peers: _t("Solved, and their time has passed"),
        };
    }

    get comparison() {
        const { direction } = this.state.data.recovery;
        return {
            up: _t("More of them than of customers without a complaint."),
            down: _t("Fewer of them than of customers without a complaint."),
            same: _t("As many as of customers without a complaint, as far as one can tell."),
        }[direction];
    }

    formatHours(hours) {
        return hours === null || hours === undefined
            ? "–"
            : formatFloat(hours, { digits: [16, 1] });
    }

    formatMoney(value) {
        return formatMonetary(value || 0, {
            currencyId: this.state.data.currency_id,
            digits: [16, 0],
            trailingZeros: false,
        });
    }

    formatCount(count) {
        return count === 1 ? _t("1 customer") : _t("%s customers", count);
    }

    // ------------------------------------------------------------------
    // Chart
    // ------------------------------------------------------------------

    get sentence() {
        return this.state.data.weeks
            .map((week) =>
                _t("Week of %(day)s: %(opened)s received, %(solved)s solved", {
                    day: deserializeDate(week.date).toFormat("d LLL"),
                    opened: week.opened,
                    solved: week.solved,
                })
            )
            .join("; ");
    }

    get config() {
        const { weeks } = this.state.data;
        const text = themeColor("body-color");
        const names = ["opened", "solved"];
        const bar = (name, label, color) => ({
            type: "bar",
            label,
            data: weeks.map((week) => week[name]),
            backgroundColor: color,
        });
        return {
            data: {
                labels: weeks.map((week) => deserializeDate(week.date).toFormat("d LLL")),
                datasets: [
                    bar("opened", _t("Received"), accentColor()),
                    bar("solved", _t("Solved"), themeColor("success")),
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                onClick: (_ev, found) => {
                    if (found.length) {
                        const { index, datasetIndex } = found[0];
                        const name = names[datasetIndex];
                        const title = this.numbers.find((each) => each.name === name).label;
                        this.openList(REPORT, title, weeks[index][`${name}_domain`]);
                    }
                },
                plugins: { legend: { labels: { color: text } } },
                scales: {
                    x: { ticks: { color: text, maxTicksLimit: 13 }, grid: { display: false } },
                    y: {
                        beginAtZero: true,
                        ticks: { color: text, precision: 0, maxTicksLimit: 6 },
                        grid: { color: themeColor("border-color") },
                    },
                },
            },
        };
    }

    // ------------------------------------------------------------------
    // Records
    // ------------------------------------------------------------------

    openList(model, name, domain) {
        const more = [REPORT, COMPLAINT].includes(model) ? [[false, "kanban"]] : [];
        this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            domain,
            views: [[false, "list"], ...more],
            mobile_view_mode: more.length ? "kanban" : "list",
        });
    }

    openAnalysis() {
        this.action.doAction("customer_retention_complaint.retention_complaint_report_action");
    }
}

registry.category("actions").add("customer_retention_complaint.complaints", RetentionComplaints);
