import { Component, onWillStart, status, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate, toLocaleDateString } from "@web/core/l10n/dates";
import { getColor } from "@web/core/colors/colors";
import { cookie } from "@web/core/browser/cookie";
import { formatFloat } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useService } from "@web/core/utils/hooks";
import { RetentionChart, themeColor } from "../chart/retention_chart";

const PAST_WEEKS = 90 / 7;
/** Cards load one after another; where one takes longer than this, the others wait to be asked. */
const QUICK = 1000;
let cards = Promise.resolve();
let isSlow = false;

/** How much work a program makes: the last 90 days replayed, and the next 30, by week and person. */
export class ProgramPreview extends Component {
    static template = "customer_retention.ProgramPreview";
    static components = { RetentionChart };
    static props = { ...standardWidgetProps, onDemand: { type: Boolean, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ preview: null, past: null, next: null });
        if (this.props.onDemand) {
            // Not when mounted: that is from the last card to the first.
            cards = cards.then(() => this.loadCard());
        } else {
            onWillStart(() => this.load());
        }
    }

    async loadCard() {
        if (isSlow || this.state.preview || status(this) === "destroyed") {
            return;
        }
        const started = Date.now();
        try {
            await this.load();
        } catch {
            // The button stays: whoever asks is told what is wrong.
        }
        isSlow = Date.now() - started > QUICK;
    }

    get programId() {
        return this.props.record.data.program_id?.id || this.props.record.resId;
    }

    async load() {
        if (!this.programId) {
            return;
        }
        const preview = await this.orm.silent.call("retention.program", "get_preview", [
            this.programId,
        ]);
        this.state.past = this.getConfig(preview.past);
        this.state.next = this.getConfig(preview.next);
        this.state.preview = preview;
    }

    get pastSentence() {
        const { past } = this.state.preview;
        const sentences = [
            _t("In the last 90 days %s would have entered.", this.sayCustomers(past)),
        ];
        if (past.followups) {
            sentences.push(
                _t("Follow-ups: %(followups)s, %(week)s a week, for: %(people)s.", {
                    followups: past.followups,
                    week: formatFloat(past.followups / PAST_WEEKS, {
                        digits: [16, past.followups < 10 * PAST_WEEKS ? 1 : 0],
                    }),
                    people: this.people,
                })
            );
        }
        if (past.mails) {
            sentences.push(_t("Emails: %s.", past.mails));
        }
        return sentences.join(" ");
    }

    /** How many get something, those held out apart; entries where customers enter several times. */
    sayCustomers({ customers, held_out, partners }) {
        const count = customers - held_out;
        if (!count) {
            return _t("nobody");
        }
        if (partners === null) {
            return count === 1 ? _t("one entry") : _t("%s entries", count);
        }
        if (partners !== count) {
            return partners === 1
                ? _t("one customer, %s times", count)
                : _t("%(count)s entries of %(partners)s customers", { count, partners });
        }
        return count === 1 ? _t("one customer") : _t("%s customers", count);
    }

    openMissing(kind) {
        return this.orm
            .call("retention.program", "action_open_missing", [this.programId, kind])
            .then((action) => this.action.doAction(action));
    }

    /** Who would do the work: their names while they are few. */
    get people() {
        const { people } = this.state.preview.past;
        return people.length > 3 ? _t("%s people", people.length) : people.join(", ");
    }

    get nextSentence() {
        const { next, mean } = this.state.preview;
        const customers = this.sayCustomers(next);
        const sentences = [
            mean
                ? _t("In the next 30 days, if things go on like that: %s.", customers)
                : _t("In the next 30 days: %s.", customers),
        ];
        if (next.followups) {
            sentences.push(_t("Follow-ups: %s.", next.followups));
        }
        if (next.mails) {
            sentences.push(_t("Emails: %s.", next.mails));
        }
        return sentences.join(" ");
    }

    /** What could be proved; on a card only where somebody is held out, since most have none. */
    get effect() {
        const { onDemand, record } = this.props;
        return onDemand && !record.data.holdout_percent ? "" : this.state.preview.effect;
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
                labels: weeks.map(([day]) => toLocaleDateString(deserializeDate(day))),
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
