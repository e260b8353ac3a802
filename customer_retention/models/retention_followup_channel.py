from collections import Counter

from odoo import models

from ..tools.placing import has_room


class RetentionFollowup(models.Model):
    """By which channel a follow-up happens, by whom, and how many of them on one day.

    Hook: ``_act_<channel>(company, step)`` on due follow-ups of one company and step, guards
    passed. It opens or closes those for which there is room today, and leaves the others planned.
    """

    _inherit = "retention.followup"

    # ------------------------------------------------------------------
    # Work for people
    # ------------------------------------------------------------------

    def _act_activity(self, company, step):
        """Give each to its responsible as an activity, up to the limits of the day."""
        self._hand_out(company, step, [(0, self._get_activity_template(step))])

    def _act_plan(self, company, step):
        """Give each of the plan's activities to the responsible; every one is a follow-up of its own."""
        templates = [
            (
                part,
                {
                    "activity_type_id": template.activity_type_id.id,
                    "summary": template.summary,
                    "note": template.note,
                },
            )
            for part, template in enumerate(step.plan_id.template_ids.sorted("sequence"))
        ]
        if not templates:
            self._skip("incomplete")
            return
        self._hand_out(company, step, templates)

    def _get_activity_template(self, step):
        return {"activity_type_id": step.activity_type_id.id}

    def _hand_out(self, company, step, templates):
        """Place follow-ups while their responsible has room today, and make the activities at once.

        :param templates: ``[(part, values of the activity)]``; each part but the first becomes a
            follow-up of its own
        """
        today = company._get_retention_today()
        if not company._is_working_day(today):
            return
        placed = self._get_placed(company, today)
        followups = self.browse()
        for followup in self:
            user = followup._get_responsible(today, placed)
            if user and not followup._has_room(user, placed, len(templates)):
                followup._wait_or_expire(today)
                continue
            followup.write({"user_id": user.id, "state": "open", "date_opened": today})
            if user:
                placed[user, False] += len(templates)
                placed[user, followup.program_id] += len(templates)
            followups |= followup
        parts = {(followup, 0): followup for followup in followups}
        for part, _values in templates[1:]:
            for followup in followups:
                parts[followup, part] = followup.copy({"part": part, "state": "open"})
        self._create_activities(company, step, parts, dict(templates))

    def _create_activities(self, company, step, parts, templates):
        """Create the activities of placed follow-ups in one go, without a mail each."""
        addressees = {key: each.contact_id or each.partner_id for key, each in parts.items()}
        partners = self.env["res.partner"].union(*addressees.values())
        summaries = step._render("summary", partners)
        notes = step._render("note", partners)
        model_id = self.env["ir.model"]._get_id("res.partner")
        assigned = {key: each for key, each in parts.items() if each.user_id}
        values = []
        for key, followup in assigned.items():
            template = templates[key[1]]
            addressee = addressees[key]
            values.append(
                {
                    "summary": summaries[addressee.id] or followup.program_id.name,
                    "note": notes[addressee.id].replace("\n", "<br/>"),
                    **{name: value for name, value in template.items() if value},
                    "res_model_id": model_id,
                    "res_id": followup.partner_id.id,
                    "user_id": followup.user_id.id,
                    "date_deadline": followup.date_opened,
                    "automated": True,
                }
            )
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        for followup, activity in zip(assigned.values(), activities.create(values), strict=True):
            followup.activity_id = activity

    def _get_placed(self, company, today):
        """Return how many were handed out today, ``{(user, program or False): number}``."""
        placed = Counter()
        for user, program, count in self._read_group(
            [("date_opened", "=", today), ("user_id", "!=", False), ("channel", "!=", "email")],
            ["user_id", "program_id"],
            ["__count"],
        ):
            placed[user, program] += count
            placed[user, False] += count
        return placed

    def _has_room(self, user, placed, count):
        """Return whether ``user`` can take ``count`` more today, over all programs and of this one."""
        self.ensure_one()
        program = self.program_id
        return has_room(user.retention_daily_cap, placed[user, False], count) and has_room(
            program.daily_cap, placed[user, program], count
        )

    def _wait_or_expire(self, today):
        """Leave this one for the next working day, unless it has waited too long."""
        if (today - self.date_due).days >= self.program_id.expire_days:
            self._skip("expired")

    def _get_responsible(self, today, placed):
        """Return who does this one today; nobody where there is none, or all are away."""
        self.ensure_one()
        program, partner = self.program_id, self.partner_id
        if program.responsible_rule == "user":
            user = program.responsible_user_id
        elif program.responsible_rule == "team":
            there = program.responsible_team_id.member_ids.filtered(
                lambda member: member._is_at_work(today)
            )
            user = min(there, key=lambda member: (placed[member, False], member.id), default=there)
        else:
            user = self.env["res.users"]
            if program.responsible_rule == "document":
                user = self.enrollment_id.event_id._get_document_user()
            user = user or partner.user_id
        return user._get_at_work(today, program.responsible_team_id)

    # ------------------------------------------------------------------
    # Mails
    # ------------------------------------------------------------------

    def _act_email(self, company, step):
        """Put a mail to each into Odoo's queue, up to the company's limit of the day."""
        today = company._get_retention_today()
        sent = self.search_count(
            [("company_id", "=", company.id), ("channel", "=", "email"), ("date_done", "=", today)]
        )
        room = max(0, company.retention_daily_mail_cap - sent)
        allowed = self.filtered(lambda followup: followup._can_mail())
        for followup in allowed[room:]:
            followup._wait_or_expire(today)
        allowed = allowed[:room]
        by_addressee = allowed.grouped(lambda each: each.contact_id or each.partner_id)
        template = step.mail_template_id.with_company(company)
        addressees = self.env["res.partner"].union(*by_addressee)
        mails = template.send_mail_batch(addressees.ids) if addressees else []
        for mail in mails:
            addressee = self.env["res.partner"].browse(mail.res_id)
            mail.headers = repr(addressee._get_unsubscribe_headers(company))
            by_addressee[addressee].mail_id = mail
        allowed.date_opened = today
        allowed._close()

    def _can_mail(self):
        """Return whether there is an address to write to; skip this one otherwise."""
        self.ensure_one()
        addressee = self.contact_id or self.partner_id
        if not addressee.email_normalized:
            self._skip("no_email")
            return False
        return True
