from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..event.retention_event_record import RECORDED_DAYS
from .retention_event import ANSWERS

# What an event of an answer depends on.
EVENT_FIELDS = {"level", "nps_group", "wants_call", "date", "company_id"}


class RetentionSatisfaction(models.Model):
    """Answers are events at once, so that programs hear of them within the hour."""

    _inherit = "retention.satisfaction"

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        answers._record_events()
        return answers

    def write(self, vals):
        result = super().write(vals)
        if EVENT_FIELDS & vals.keys():
            self._take_back_events()
            self._record_events()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_events(self):
        """Take back the events of answers that are deleted."""
        self._get_untouched_events().unlink()

    def _record_events(self):
        """Record what these answers make happen, once; those of more than 30 days ago are no news."""
        Event = self.env["retention.event"]
        self.env.flush_all()
        for (company,) in self.sudo()._read_group([("id", "in", self.ids)], ["company_id"]):
            until = company._get_retention_today()
            since = until - timedelta(days=RECORDED_DAYS)
            query = Event._get_answer_query(company, since, until, ANSWERS, self)
            Event._insert_new(
                company, SQL("SELECT kind AS type, answer.* FROM (%s) AS answer", query)
            )

    def _take_back_events(self):
        """Take back events that these edited answers make no more, where no program took them up."""
        events = self._get_untouched_events()
        answers = {answer.id: answer for answer in self}
        events.filtered(lambda event: event.type not in answers[event.res_id]._get_types()).unlink()

    def _get_types(self):
        """Return the event types that this answer stands for."""
        self.ensure_one()
        types = {self.level, self.nps_group, self.wants_call and "wants_call"}
        return types & ANSWERS.keys()

    def _get_untouched_events(self):
        """Return the events of these answers that no program has taken up."""
        return (
            self.env["retention.event"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("type", "in", [*ANSWERS]),
                    ("key", "in", [str(answer_id) for answer_id in self.ids]),
                    ("enrollment_ids", "=", False),
                ]
            )
        )
