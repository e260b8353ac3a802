from collections import Counter, defaultdict
from datetime import timedelta

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.placing import Work, place

PAST_DAYS = 90
NEXT_DAYS = 30
# Types whose events of the coming days are known: their collectors look ahead.
DATED = ("anniversary", "birthday", "priority_due", "review_due")


class RetentionProgram(models.Model):
    """How much work a program makes, before it is switched on; nothing is written.

    The last 90 days are replayed: events recorded or collected then, customers and guards as they
    are now, entries, steps and the limits of a day as the program would make them. For the next 30
    days: steps already planned, and dated events, or those who cross a border if nobody buys, or
    else a third of what the last 90 days brought. Conditions of steps are taken as met.
    """

    _inherit = "retention.program"

    def get_preview(self):
        """Return ``{"past", "next", "mean"}`` of this program in the current company, for the chart.

        ``past`` and ``next`` have ``customers``, ``held_out``, ``refused``, ``followups``,
        ``expired``, ``people`` (names) and ``weeks``: ``[[first day, {name: follow-ups}], …]``;
        ``mean`` is set where the next days are a third of the last 90.
        """
        self.ensure_one()
        self.check_access("read")
        program = self.sudo()
        company = program.company_id or self.env.company
        today = company._get_retention_today()
        past_start = today - timedelta(days=PAST_DAYS - 1)
        past = program._simulate(company, program._get_past_events(company, past_start, today))
        events = program._get_next_events(company, today)
        following = program._simulate(company, events or [], program._get_planned(company))
        if events is None:
            mean = {
                name: round(past[name] * NEXT_DAYS / PAST_DAYS)
                for name in ("customers", "held_out", "refused", "followups", "expired")
            }
            following = {
                **following,
                **mean,
                "followups": mean["followups"] + following["followups"],
            }
        return {"past": past, "next": following, "mean": events is None}

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------

    def _get_past_events(self, company, since, until):
        """Return the events of these days as ``[(date, partner id, contact id)]``, in order."""
        Event = self.env["retention.event"]
        if hasattr(Event, f"_get_{self.event_type}_events"):
            found = Event._replay(company, [self.event_type], since, until)
            return [(each["date"], each["partner_id"], each["contact_id"]) for each in found]
        events = Event.search(
            self._get_event_domain()
            & Domain("type", "=", self.event_type)
            & Domain("company_id", "=", company.id)
            & Domain("date", ">=", since)
            & Domain("date", "<=", until),
            order="date, id",
        )
        return [(each.date, each.partner_id.id, each.contact_id.id) for each in events]

    def _get_next_events(self, company, today):
        """Return the events of the next 30 days like the past ones, None where they are not known."""
        until = today + timedelta(days=NEXT_DAYS)
        if self.event_type in DATED:
            return self._get_past_events(company, today + timedelta(days=1), until)
        if self.event_type == "status" and self.status_to in ("late", "silent", "lost"):
            return self._get_crossings(company, today, until)
        return None

    def _get_crossings(self, company, today, until):
        """Return who becomes late, silent or lost by ``until`` if nobody buys.

        Late by a factor is the first day on which the days since the last purchase exceed that
        many times the expected gap; lost is a fixed number of days.
        """
        run = self.env["retention.run"]._get_last(company)
        settings = company._get_retention_settings()
        factor = {
            "late": settings["retention_active_factor"],
            "silent": settings["retention_silent_factor"],
        }.get(self.status_to)
        if factor is None:
            crossing = SQL("last_purchase_date + %s", settings["retention_lost_days"])
        else:
            crossing = SQL(
                """last_purchase_date + 1 + FLOOR(
                       %(factor)s * (%(weight)s * %(gap)s + last_purchase_date - first_purchase_date)
                       / (%(weight)s + purchase_days - 1))::int""",
                factor=factor,
                weight=settings["retention_gap_weight"],
                gap=run.company_gap_days,
            )
        before = {"late": ("new", "active", "won_back"), "silent": ("late",), "lost": ("silent",)}
        status_from = [self.status_from] if self.status_from else [*before[self.status_to]]
        rows = self.env.execute_query(
            SQL(
                """SELECT crossing, partner_id
                     FROM (SELECT partner_id, status, %(crossing)s AS crossing
                             FROM retention_customer WHERE company_id = %(company)s) AS customer
                    WHERE crossing > %(today)s AND crossing <= %(until)s
                      AND status = ANY(%(status)s)
                    ORDER BY crossing, partner_id""",
                crossing=crossing,
                company=company.id,
                today=today,
                until=until,
                status=status_from,
            )
        )
        return [(day, partner_id, False) for day, partner_id in rows]

    def _get_planned(self, company):
        """Return the follow-ups of this program that are planned already, as works."""
        until = company._get_retention_today() + timedelta(days=NEXT_DAYS)
        planned = self.env["retention.followup"].search(
            [
                ("program_id", "=", self.id),
                ("company_id", "=", company.id),
                ("state", "=", "planned"),
                ("date_due", "<=", until),
            ]
        )
        return [(each.date_due, each.partner_id) for each in planned]

    # ------------------------------------------------------------------
    # What comes of them
    # ------------------------------------------------------------------

    def _simulate(self, company, events, planned=()):
        """Return what comes of ``events``: a dict as :meth:`get_preview` describes."""
        partners = self.env["res.partner"].browse({partner_id for _day, partner_id, _who in events})
        wanted = self._filter_partners(partners, company)
        refusals = wanted._get_contact_refusals()
        counts = Counter()
        met, inside, dues = {}, {}, list(planned)
        for day, partner_id, _contact_id in events:
            partner = wanted.browse(partner_id)
            if partner not in wanted:
                continue
            addresses = {("partner", partner_id), *partner._get_addresses()}
            entered = [met[address] for address in addresses if address in met]
            paused = entered and (day - max(entered)).days < self.pause_days
            if (
                partner in refusals
                or inside.get(partner_id, day) > day
                or (paused and not self.is_service)
            ):
                counts["refused"] += 1
                continue
            steps = self._get_step_dates(day, company)
            inside[partner_id] = steps[-1] if steps else day
            met.update(dict.fromkeys(addresses, day))
            counts["customers"] += 1
            if self._get_arm(partner) == "held_out":
                counts["held_out"] += 1
            else:
                dues += [(due, partner) for due in steps]
        return {
            **{name: counts[name] for name in ("customers", "held_out", "refused")},
            **self._spread(company, dues),
        }

    def _get_step_dates(self, day, company):
        """Return the days on which the steps are due for somebody who enters because of ``day``."""
        dates = []
        for step in self.step_ids.sorted(lambda step: (step.sequence, step.id)):
            day = step._get_due_date(day, company)
            dates.append(day)
        return dates

    def _spread(self, company, dues):
        """Return how follow-ups due for customers spread over people and weeks."""
        names = {0: self.env._("To assign")}
        works = []
        for key, (due, partner) in enumerate(dues):
            user = self._get_preview_user(partner, key)
            names[user.id or 0] = user.name or names[0]
            works.append(Work(due, user.id or 0, partner.with_company(company).value_year, key))
        users = {user.id: user for user in self.env["res.users"].browse(filter(None, names))}

        def limit(user_id):
            limits = (user_id and users[user_id].retention_daily_cap, self.daily_cap)
            return min(filter(None, limits), default=0)

        days = []
        if works:
            first, last = min(work.due for work in works), max(work.due for work in works)
            days = company._get_working_days(first, last + timedelta(days=self.expire_days + 7))
        placed = place(works, days, limit, self.expire_days)
        weeks = defaultdict(Counter)
        for work, day in placed.items():
            if day:
                weeks[day - timedelta(days=day.weekday())][names[work.person]] += 1
        return {
            "followups": sum(day is not None for day in placed.values()),
            "expired": sum(day is None for day in placed.values()),
            "people": sorted({name for week in weeks.values() for name in week}),
            "weeks": [[week, dict(weeks[week])] for week in sorted(weeks)],
        }

    def _get_preview_user(self, partner, turn):
        """Return who would do the work for ``partner``; a team takes turns."""
        if self.responsible_rule == "user":
            return self.responsible_user_id
        if self.responsible_rule == "team":
            members = self.responsible_team_id.member_ids
            return members[turn % len(members)] if members else members
        return partner.user_id

    # ------------------------------------------------------------------
    # Those who are in this state already
    # ------------------------------------------------------------------

    def _get_in_state_domain(self):
        """Return the domain of customers who are now where the event would take them; None without one."""
        self.ensure_one()
        states = {
            "status": ("retention_status", self.status_to),
            "abc_class": ("abc_class", self.class_to),
            "rfm_segment": ("rfm_segment", self.segment_to),
            "is_gold": ("is_gold", self.gold_to == "true"),
        }
        name, value = states.get(self.event_type, (None, None))
        if not name or (not value and self.event_type != "is_gold"):
            return None
        return Domain(name, "=", value) & self._get_partner_domain()

    def _take_in_state(self, company, count):
        """Put ``count`` customers who are in this state already into the program, the highest value first."""
        self.ensure_one()
        domain = self._get_in_state_domain()
        if domain is None or count <= 0:
            return
        Partner = self.env["res.partner"].with_company(company)
        partners = Partner.search(domain, order="value_year desc nulls last, id", limit=count)
        self.env["retention.event"]._record_manual(self, partners, company)
