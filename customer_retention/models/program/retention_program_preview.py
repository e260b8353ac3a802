from collections import Counter, defaultdict, namedtuple
from datetime import date, timedelta
from functools import cache

from odoo import models
from odoo.fields import Domain

from ...tools.placing import Work, place
from ..common.reach import SEES_ALL
from ..common.window_action import open_dialog
from .retention_followup_channel import BY_PEOPLE
from .retention_program_replay import NEXT_DAYS

PAST_DAYS = 90
_COUNTED = ("customers", "held_out", "refused", "followups", "mails", "expired")
# Somebody who would enter: because of which occasion, into which arm, and when each step is due.
Entry = namedtuple("Entry", "occasion partner arm dues")


class RetentionProgram(models.Model):
    """How much work a program makes, before it is switched on; nothing is written.

    The last 90 days are replayed: events recorded or collected then, customers and guards as they
    are now, entries, steps and the limits of a day as the program would make them. For the next 30
    days: steps already planned, and dated events, or those who cross a border if nobody buys, or
    else a third of what the last 90 days brought. Conditions of steps are taken as met, and nobody
    is away.
    """

    _inherit = "retention.program"

    def get_preview(self):
        """Return ``{"past", "next", "mean", "effect"}`` of this program in the current company.

        ``past`` and ``next`` have ``customers`` (entries), ``partners`` (customers of those who get
        something, None where not known), ``held_out``, ``refused``, ``followups`` (work for
        people), ``mails``, ``expired``, ``people`` (names) and ``weeks``: ``[[first day,
        {name: follow-ups}], …]``; ``mean`` is set where the next days are a third of the last 90;
        ``missing`` says what customers lack, see :meth:`_get_missing`; ``effect`` is a sentence, see :meth:`_get_effect_sentence`. Customers of colleagues whom the reader
        does not see are counted nowhere.
        """
        self.ensure_one()
        self.check_access("read")
        program, company, today, past_start = self._get_preview_frame()
        occasions = self._filter_seen(program._get_past_events(company, past_start, today))
        entries, refused = program._get_entries(company, occasions)
        past = program._simulate(company, entries, refused)
        occasions = program._get_next_events(company, today)
        seen = self._filter_seen(occasions or [])
        entered = program._get_entries(company, seen, since=today)
        following = program._simulate(company, *entered, self._get_planned(company))
        if occasions is None:
            for name in _COUNTED:
                following[name] += round(past[name] * NEXT_DAYS / PAST_DAYS)
            # Entries are expected, of whom is not known.
            following["partners"] = None
        return {
            "past": past,
            "next": following,
            "mean": occasions is None,
            "missing": self._get_missing(self._get_people(entries, entered[0])),
            "effect": program._get_effect_sentence(
                *program._get_effect(company, {each.partner.id for each in entries})
            ),
        }

    def _get_preview_frame(self):
        """Return this program as superuser in its company, the company, today and the first day replayed."""
        company = self.company_id or self.env.company
        program = self.sudo().with_company(company)
        today = company._get_retention_today()
        return program, company, today, today - timedelta(days=PAST_DAYS - 1)

    def _get_people(self, *entries):
        """Return the customers of ``entries``, each once."""
        ids = {entry.partner.id for some in entries for entry in some}
        return self.env["res.partner"].sudo().browse(ids)

    def action_try(self):
        """Show what the program would say to the best customer it is for, and offer its mails."""
        self.ensure_one()
        self.check_access("write")
        company = self.company_id or self.env.company
        Partner = self.env["res.partner"].with_company(company)
        domain = self._get_in_state_domain(company) or self._get_partner_domain(company)
        best = Partner.search(
            domain & Domain("retention_status", "!=", "prospect"),
            order="value_year desc nulls last, id",
            limit=1,
        )
        return open_dialog(
            "retention.program.try",
            self.env._("Try It on Me: %s", self.name),
            default_program_id=self.id,
            default_partner_id=best.id or self.env.user.partner_id.id,
            dialog_size="large",
        )

    def _filter_seen(self, occasions):
        """Return those of ``occasions`` that are of customers whose figures the reader may see."""
        if self.env.su or self.env.user.has_group(SEES_ALL):
            return occasions
        partners = self.env["res.partner"].browse({each.partner_id for each in occasions})
        unseen = set(partners.filtered("is_colleagues_customer").ids)
        return [each for each in occasions if each.partner_id not in unseen]

    # ------------------------------------------------------------------
    # What comes of them
    # ------------------------------------------------------------------

    def _get_entries(self, company, occasions, since=None):
        """Return who would enter because of ``occasions``, as a list of :data:`Entry`, and how many not.

        :param occasions: in order of days
        :param since: the day from which on entries made so far count for pauses; none do without
        """
        partners = self.env["res.partner"].browse({each.partner_id for each in occasions})
        wanted = {partner.id: partner for partner in self._filter_partners(partners, company)}
        contacts = partners.browse({each.contact_id for each in occasions if each.contact_id})
        people = {contact.id: contact for contact in contacts}
        guards = (partners.browse(wanted) | contacts)._get_contact_guards()
        refused_ids = {partner.id for refused in guards.values() for partner in refused}
        due_date = cache(lambda step, day: step._get_due_date(day, company))
        met, inside = self._get_entered(wanted) if since else ({}, {})
        entries, refused = [], 0
        for occasion in occasions:
            partner = wanted.get(occasion.partner_id)
            if not partner:
                continue
            day = occasion.date
            addresses = {("partner", partner.id), *partner._get_addresses()}
            if occasion.contact_id:
                addresses |= people[occasion.contact_id]._get_addresses()
            last = max((met[address] for address in addresses if address in met), default=None)
            paused = last and (day - last).days < self.pause_days and not self.is_service
            if (
                {partner.id, occasion.contact_id} & refused_ids
                or inside.get(partner.id, day) > day
                or paused
            ):
                refused += 1
                continue
            dues = self._get_step_dates(day, due_date)
            inside[partner.id] = dues[-1][1] if dues else day
            met.update(dict.fromkeys(addresses, day))
            entries.append(Entry(occasion, partner, self._get_arm(partner), dues))
        return entries, refused

    def _get_entered(self, partner_ids):
        """Return the day each customer last entered a program, and until when one is in this one.

        As ``{("partner", id): day}``, programs of service left out, and ``{id: day}``; whoever was
        stopped for this program by hand is in it for ever.
        """
        Enrollment = self.env["retention.enrollment"]
        mine = Domain("partner_id", "in", list(partner_ids))
        entered = Enrollment._read_group(
            mine & Domain("arm", "!=", False) & Domain("program_id.is_service", "=", False),
            ["partner_id"],
            ["date:max"],
        )
        stays = Domain("state", "=", "open") | Domain("reason", "=", "by_hand")
        inside = Enrollment.search(mine & Domain("program_id", "=", self.id) & stays)
        return (
            {("partner", partner.id): day for partner, day in entered},
            dict.fromkeys(inside.partner_id.ids, date.max),
        )

    def _get_step_dates(self, day, due_date):
        """Return ``[(step, day it is due)]`` for somebody who enters because of ``day``."""
        dates = []
        for step in self.step_ids.sorted(lambda step: (step.sequence, step.id)):
            day = due_date(step, day)
            dates.append((step, day))
        return dates

    def _simulate(self, company, entries, refused, planned=()):
        """Return what comes of ``entries``: a dict as :meth:`get_preview` describes."""
        treated = [each for each in entries if each.arm == "treated"]
        users = {}
        if self.responsible_rule == "document":
            users = self._get_document_users([each.occasion for each in treated])
        work, mails = [*planned], 0
        for entry in treated:
            user = users.get(entry.occasion)
            for step, due in entry.dues:
                if step.channel in BY_PEOPLE:
                    parts = len(step.plan_id.template_ids) if step.channel == "plan" else 1
                    work += [(due, entry.partner, user)] * parts
                else:
                    mails += 1
        return {
            "customers": len(entries),
            "partners": len({entry.partner.id for entry in treated}),
            "held_out": len(entries) - len(treated),
            "refused": refused,
            "mails": mails,
            **self._spread(company, work),
        }

    def _spread(self, company, work):
        """Return how work that is due for customers spreads over people and weeks."""
        names = {0: self.env._("To assign")}
        works = []
        team = self.responsible_team_id
        heir = cache(lambda user: user._get_at_work(None, team, company))
        members = team.member_ids.filtered(lambda member: member._can_work_for(company))
        for key, (due, partner, user) in enumerate(work):
            user = heir(self._get_preview_user(partner, user, members, key))
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
            "weeks": self._get_all_weeks(weeks),
        }

    def _get_all_weeks(self, weeks):
        """Return ``weeks`` as a list in order, those without work between them included."""
        if not weeks:
            return []
        first = min(weeks)
        count = (max(weeks) - first).days // 7 + 1
        days = (first + timedelta(weeks=number) for number in range(count))
        return [[day, dict(weeks.get(day, {}))] for day in days]

    def _get_preview_user(self, partner, document_user, members, turn):
        """Return who would do the work for ``partner``; the ``members`` of a team take turns."""
        if self.responsible_rule == "user":
            return self.responsible_user_id
        if self.responsible_rule == "team":
            return members[turn % len(members)] if members else members
        return document_user or partner.user_id

    # ------------------------------------------------------------------
    # Those who are in this state already
    # ------------------------------------------------------------------

    def _get_state(self):
        """Return the field and the value that customers have whom the event would take; None without one."""
        self.ensure_one()
        states = {
            "status": ("retention_status", self.status_to),
            "abc_class": ("abc_class", self.class_to),
            "rfm_segment": ("rfm_segment", self.segment_to),
            "is_gold": ("is_gold", self.gold_to),
        }
        name, value = states.get(self.event_type, (None, None))
        return (name, value) if value else None

    def _get_in_state_domain(self, company):
        """Return the domain of customers of ``company`` who are now where the event would take them.

        None without a state that they could be in.
        """
        state = self._get_state()
        if not state:
            return None
        name, value = state
        if name == "is_gold":
            value = value == "true"
        return Domain(name, "=", value) & self._get_partner_domain(company)

    def _take_in_state(self, company, count):
        """Put ``count`` customers who are in this state already into the program, the highest value first."""
        self.ensure_one()
        domain = self._get_in_state_domain(company)
        if domain is None or count <= 0:
            return
        Partner = self.env["res.partner"].with_company(company)
        partners = Partner.search(domain, order="value_year desc nulls last, id", limit=count)
        _field, state = self._get_state()
        self.env["retention.event"]._record_manual(self, partners, company, state)
