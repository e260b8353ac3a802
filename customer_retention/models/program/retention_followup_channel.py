from collections import Counter, defaultdict
from functools import cache

from odoo import api, models
from odoo.tools.mail import plaintext2html

from ...tools.placing import has_capacity
from ..common.say_value import say_value

# Channels by which somebody of the company does the work.
BY_PEOPLE = ("activity", "plan")
# Channels that share the company's limit of mails a day.
BY_MAIL = ("email", "survey")


class RetentionFollowup(models.Model):
    """By which channel a follow-up happens, by whom, and how many of them on one day.

    Hook: ``_act_<channel>(company, step)`` on due follow-ups of one company and step, guards
    passed. It opens or closes those for which there is room today, and leaves the others planned.
    """

    _inherit = "retention.followup"

    # ------------------------------------------------------------------
    # Work for people
    # ------------------------------------------------------------------

    def _place(self, company):
        """Give work for people to who has room for it today, in the order of these follow-ups.

        :return: those that go on by their channel: what was placed, and what no person does
        """
        today = company._get_retention_today()
        at_work = company._is_working_day(today)
        desk = Desk(self, company, today)
        given, full, others = defaultdict(list), [], []
        for followup in self:
            if followup.step_id.channel not in BY_PEOPLE:
                others.append(followup.id)
            elif at_work:
                user = followup._get_responsible(desk)
                if desk.take(user, followup):
                    given[user].append(followup.id)
                else:
                    full.append(followup.id)
        for user, ids in given.items():
            values = {"user_id": user.id, "state": "open", "date_opened": today}
            self.browse(ids).write(values)
            self.browse(ids)._set_deadlines(today)
        self.browse(full)._expire(today)
        gone_on = {*others, *(row_id for ids in given.values() for row_id in ids)}
        return self.filtered(lambda each: each.id in gone_on)

    def _expire(self, today):
        """Skip those that have waited too long for a free place; the others wait for another day."""
        self.filtered(
            lambda each: (today - each.date_due).days >= each.program_id.expire_days
        )._skip("expired")

    def _get_responsible(self, desk):
        """Return who does this one today; nobody where there is none, or all are away."""
        self.ensure_one()
        program = self.program_id
        if program.responsible_rule == "user":
            user = program.responsible_user_id
        elif program.responsible_rule == "team":
            user = desk.get_next(program.responsible_team_id)
        else:
            user = self.env["res.users"]
            if program.responsible_rule == "document":
                user = self.enrollment_id.event_id._get_document_user()
            user = user or self.partner_id.user_id
        return desk.get_heir(user, program.responsible_team_id)

    def _act_activity(self, company, step):
        """Make an activity for each."""
        self._create_activities(step, {(each, 0): each for each in self})

    def _act_plan(self, company, step):
        """Make each of the plan's activities on its day; every one is a follow-up of its own."""
        today = company._get_retention_today()
        parts = {(followup, 0): followup for followup in self}
        for part, template in enumerate(self._get_plan_templates(step)):
            day = max(today, template._get_date_deadline(today))
            for followup in self:
                if part:
                    parts[followup, part] = followup.copy(
                        {"part": part, "state": "open", "activity_id": False}
                    )
                if day > today:
                    last = followup.date_deadline and max(followup.date_deadline, day)
                    parts[followup, part].write({"date_opened": day, "date_deadline": last})
        self._create_activities(step, parts)

    @api.model
    def _get_plan_templates(self, step):
        """Return the templates of the plan of ``step``, in the order of the parts; none without plan."""
        if step.channel != "plan":
            return step.plan_id.template_ids.browse()
        return step.plan_id.template_ids.sorted(lambda each: (each.sequence, each.id))

    @api.model
    def _get_plan_values(self, step):
        """Return ``{part: values of an activity that go before those of the step}``; none without plan."""
        return {
            part: {
                "activity_type_id": template.activity_type_id.id,
                "summary": template.summary,
                "note": template.note,
            }
            for part, template in enumerate(self._get_plan_templates(step))
        }

    def _assign(self, user):
        """Give these to ``user``, who finds on My Day what nobody had as something of today."""
        going = self.filtered(lambda each: each.state == "open" and each.user_id != user)
        going.activity_id.user_id = user
        without = going.filtered(lambda each: not each.activity_id)
        for company, followups in without.grouped("company_id").items():
            followups.write({"user_id": user.id, "date_opened": company._get_retention_today()})
        without._create_missing_activities()

    def _create_missing_activities(self):
        """Make the activities of these, which had nobody until now."""
        for step, followups in self.grouped("step_id").items():
            if step:
                followups._create_activities(
                    step, {(followup, followup.part): followup for followup in followups}
                )

    def _create_activities(self, step, parts):
        """Create the activities of placed follow-ups in one go, without a mail each.

        :param parts: ``{(follow-up, part): follow-up of the part}``
        """
        templates = self._get_plan_values(step)
        followups = self.browse([each.id for each, _part in parts])
        summaries, notes = step._fill("summary", followups), step._fill("note", followups)
        to_html = cache(lambda text: plaintext2html(text) if text else False)
        model_id = self.env["ir.model"]._get_id("res.partner")
        assigned = {key: each for key, each in parts.items() if each.user_id}
        values = []
        for key, followup in assigned.items():
            followup_of_step, part = key
            template = templates.get(part, {})
            values.append(
                {
                    "activity_type_id": step.activity_type_id.id,
                    "summary": summaries[followup_of_step] or followup.program_id.name,
                    "note": to_html(notes[followup_of_step]),
                    **{name: value for name, value in template.items() if value},
                    "res_model_id": model_id,
                    "res_id": followup.partner_id.id,
                    "user_id": followup.user_id.id,
                    "date_deadline": followup.date_deadline or followup.date_opened,
                    "automated": True,
                }
            )
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        for followup, activity in zip(assigned.values(), activities.create(values), strict=True):
            followup.activity_id = activity

    @api.model
    def _get_placeholders(self):
        """Return what can stand in the words of a step beside fields of the contact. Hook.

        :return: ``{name: function}``; given a follow-up, as superuser in its company and in the
            language of its addressee, the function returns plain text, "" where there is nothing
        """
        return {
            "salutation": lambda followup: followup._get_addressee()._get_salutation(),
            "last_purchase": lambda followup: say_value(
                followup.partner_id, ["last_purchase_date"]
            ),
            "referral": lambda followup: followup._get_referral().name,
        }

    # ------------------------------------------------------------------
    # Mails
    # ------------------------------------------------------------------

    def _act_email(self, company, step):
        """Put a mail to each into Odoo's queue, up to the company's limit of the day."""
        today = company._get_retention_today()
        allowed = self.filtered(lambda each: each._get_addressee().email_normalized)
        (self - allowed)._skip("no_email")
        allowed = allowed._take_mail_room(company, today)
        if not allowed:
            return
        by_addressee = allowed.grouped(lambda each: each._get_addressee())
        template = step.mail_template_id.with_company(company)
        addressees = self.env["res.partner"].union(*by_addressee)
        for mail in template.send_mail_batch(addressees.ids):
            addressee = self.env["res.partner"].browse(mail.res_id)
            addressee._finish_mail(mail, company)
            by_addressee[addressee].mail_id = mail
        allowed.date_opened = today
        allowed._close()

    def _take_mail_room(self, company, today):
        """Return those of these for which the company's limit of mails a day has room left."""
        sent = self.search_count(
            [
                ("company_id", "=", company.id),
                ("channel", "in", BY_MAIL),
                ("state", "=", "done"),
                ("date_done", "=", today),
            ]
        )
        room = max(0, company.retention_daily_mail_cap - sent)
        self[room:]._expire(today)
        return self[:room]


class Desk:
    """Who works on a day in a company, and how much each has been given; asked once a batch."""

    def __init__(self, followups, company, today):
        self.taken = Counter()
        for user, program, count in followups._read_group(
            [
                ("date_opened", "=", today),
                ("user_id", "!=", False),
                ("channel", "in", BY_PEOPLE),
            ],
            ["user_id", "program_id"],
            ["__count"],
        ):
            self._add(user, program, count)
        self.get_heir = cache(lambda user, team: user._get_at_work(today, team, company))
        self._get_present = cache(
            lambda team: team.member_ids.filtered(lambda member: member._is_at_work(today, company))
        )

    def get_next(self, team):
        """Return who of ``team`` has been given the least."""
        present = self._get_present(team)
        return min(present, key=lambda user: (self.taken[user, False], user.id), default=present)

    def take(self, user, followup):
        """Give ``followup`` to ``user`` if there is room, and return whether there was.

        The limit of the person holds over all programs and companies; that of the program for it
        alone. What nobody does is put on the list To assign, which has no limit.
        """
        if not user:
            return True
        program, step = followup.program_id, followup.step_id
        count = len(step.plan_id.template_ids) if step.channel == "plan" else 1
        limits = ((user.retention_daily_cap, False), (program.daily_cap, program))
        if not all(has_capacity(limit, self.taken[user, of], count) for limit, of in limits):
            return False
        self._add(user, program, count)
        return True

    def _add(self, user, program, count):
        self.taken[user, False] += count
        self.taken[user, program] += count
