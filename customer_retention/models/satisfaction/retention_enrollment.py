from odoo import api, fields, models

from .retention_event import ANSWERS


class RetentionEnrollment(models.Model):
    """One answer starts one kind of program: who is called as dissatisfied is not called as a detractor too."""

    _inherit = "retention.enrollment"

    reason = fields.Selection(
        selection_add=[("same_answer", "Another program follows up this answer")]
    )

    @api.model
    def _get_entry_guards(self, program, events, today):
        guards = super()._get_entry_guards(program, events, today)
        answers = events.filtered(lambda event: event.type in ANSWERS)
        if not answers:
            return guards
        others = self.search(
            [
                ("arm", "!=", False),
                ("partner_id", "in", answers.partner_id.ids),
                ("event_id.type", "in", [*ANSWERS]),
                ("event_id.res_id", "in", answers.mapped("res_id")),
            ]
        ).event_id
        taken = {(event.res_id, event.type) for event in others}
        return {
            **guards,
            "same_answer": answers.filtered(
                lambda event: any(
                    res_id == event.res_id and kind != event.type for res_id, kind in taken
                )
            ),
        }
