import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { getColor } from "@web/core/colors/colors";
import { cookie } from "@web/core/browser/cookie";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useService } from "@web/core/utils/hooks";
import { RetentionChart, themeColor } from "../chart/retention_chart";

const PAST_WEEKS = 90 / 7;

/** How much work a program makes: the last 90 days replayed, and the next 30, by week and person. */
export class ProgramPreview extends Component {
    static template = "customer_retention.ProgramPreview";
    static components = { RetentionChart };
    static props = { ...standardWidgetProps, onDemand: { type: Boolean, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ preview: null, past: null, next: null });
        if (!this.props.onDemand) {
            onWillStart(() => this.load());
        }
    }

    get programId() {
        return this.props.record.data.program_id?.id || this.props.record.resId;
    }

    async load() {
        if (!this.programId) {
            return;
        }
        const preview = await this.orm.call("retention.program", "get_preview", [this.programId]);
        this.state.past = this.getConfig(preview.past);
        this.state.next = this.getConfig(preview.next);
        this.state.preview = preview;
    }

    get pastSentence() {
        const { past } = this.state.preview;
        if (!past.customers) {
            return _t("In the last 90 days nobody would have entered.");
        }
        return _t(
            "In the last 90 days %(customers)s customers would have entered, with %(followups)s follow-ups: %(week)s a week for %(people)s people.",
            {
                customers: past.customers - past.held_out,
                followups: past.followups,
                week: Math.round(past.followups / PAST_WEEKS),
                people: past.people.length,
            }
        );
    }

    get nextSentence() {
        const { next, mean } = this.state.preview;
        const values = { customers: next.customers - next.held_out, followups: next.followups };
        return mean
            ? _t(
                  "In the next 30 days, if things go on like that: %(customers)s customers and %(followups)s follow-ups.",
                  values
              )
            : _t(
                  "In the next 30 days: %(customers)s customers and %(followups)s follow-ups.",
                  values
              );
    }

    /** What is left out of the numbers above, in one line; empty where nothing is. */
    get remarks() {
        const { past } = this.state.preview;
        const remarks = [];
        if (past.held_out) {
            remarks.push(_t("%s held out", past.held_out));
        }
        if (past.refused) {
            remarks.push(_t("%s not taken up (pause, in it already)", past.refused));
        }
        if (past.expired) {
            remarks.push(_t("%s expired for want of room", past.expired));
        }
        return remarks.join(", ");
    }

    getConfig({ weeks, people }) {
        if (!weeks.length) {
            return null;
        }
        const text = themeColor("body-color");
        const scheme = cookie.get("color_scheme");
        return {
            type: "bar",
            data: {
                labels: weeks.map(([day]) => formatDate(deserializeDate(day))),
                datasets: people.map((name, index) => ({
                    label: name,
                    data: weeks.map(([, counts]) => counts[name] || 0),
                    backgroundColor: getColor(index, scheme, people.length),
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                plugins: { legend: { position: "bottom", labels: { color: text } } },
                scales: {
                    x: { stacked: true, grid: { display: false }, ticks: { color: text } },
                    y: {
                        stacked: true,
                        ticks: { color: text, precision: 0 },
                        title: { display: true, text: _t("Follow-ups a week"), color: text },
                    },
                },
            },
        };
    }
}

registry.category("view_widgets").add("retention_program_preview", {
    component: ProgramPreview,
    extractProps: ({ attrs }) => ({ onDemand: attrs.on_demand === "1" }),
});
