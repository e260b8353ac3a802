from odoo import SUPERUSER_ID, models

# Answers after which somebody waits for a call.
CALLED = ("dissatisfied", "detractor", "wants_call")


class SurveyUserInput(models.Model):
    """Who calls after an answer, and until when: said at the end of the survey, where it is settled."""

    _inherit = "survey.user_input"

    def _read_satisfaction(self):
        result = super()._read_satisfaction()
        self._place_calls()
        return result

    def _place_calls(self):
        """Hand out the call that these answers start, so that the page can say who calls.

        Only where a running program has a place for it now. The scheduled actions do the rest.
        """
        events = self.env["retention.event"].sudo()
        for answer in self.filtered("retention_company_id"):
            events |= events.search(
                [
                    ("company_id", "=", answer.retention_company_id.id),
                    ("type", "in", CALLED),
                    ("key", "in", [str(each.id) for each in answer.sudo().satisfaction_ids]),
                ]
            )
        # As the scheduled actions do it, not as somebody with a link.
        self.env["retention.enrollment"].with_user(SUPERUSER_ID)._enter_at_once(
            events.with_user(SUPERUSER_ID)
        )

    def _get_call(self):
        """Return the call that this answer has led to and that somebody is to make; empty for none."""
        self.ensure_one()
        answer = self.sudo()
        calls = self.env["retention.followup"].sudo()
        if not (answer.partner_id.phone or answer.partner_id.commercial_partner_id.phone):
            return calls
        calls = calls.search(
            [
                ("state", "=", "open"),
                ("user_id", "!=", False),
                ("partner_id", "=", answer.partner_id.commercial_partner_id.id),
                ("enrollment_id.event_id.res_model", "=", "retention.satisfaction"),
                ("enrollment_id.event_id.res_id", "in", answer.satisfaction_ids.ids),
                ("enrollment_id.event_id.type", "in", CALLED),
            ],
        )
        return calls.filtered("is_call")[:1]

    def _get_call_promise(self):
        """Return who calls until when, ``{"name": …, "date": …}``; None where nobody is to call."""
        call = self._get_call()
        if not call:
            return None
        days = max(1, call.step_id.escalate_days)
        return {
            "name": call.user_id.name,
            "date": call.company_id._add_working_days(call.date_opened, days),
        }
