from odoo import api, models
from odoo.tools import SQL


class RetentionEnrollment(models.Model):
    """Customers who become one, by hand or merged, are in each program once."""

    _inherit = "retention.enrollment"

    @api.model
    def _follow_customers(self, moved):
        enrollments = super()._follow_customers(moved)
        self._end_doubles(moved.commercial_partner_id)
        return enrollments

    @api.model
    def _end_doubles(self, customers):
        """Leave ``customers``, of whom some were several until now, once in each program.

        The older enrollment stays, with its work; none where one of them was to be kept out.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT enrollment.id, past.is_kept_out
                     FROM (SELECT id, program_id, partner_id,
                                  ROW_NUMBER() OVER (PARTITION BY program_id, partner_id
                                                     ORDER BY date, id) > 1 AS is_double
                             FROM retention_enrollment
                            WHERE state = 'open' AND partner_id = ANY(%s)) AS enrollment
                    CROSS JOIN LATERAL (
                          SELECT EXISTS (SELECT FROM retention_enrollment AS other
                                          WHERE other.partner_id = enrollment.partner_id
                                            AND other.program_id = enrollment.program_id
                                            AND other.reason = 'by_hand') AS is_kept_out) AS past
                    WHERE enrollment.is_double OR past.is_kept_out""",
                customers.ids,
            )
        )
        kept_out = self.browse(row_id for row_id, is_kept_out in rows if is_kept_out)
        doubles = self.browse(row_id for row_id, is_kept_out in rows if not is_kept_out)
        kept_out._stop("kept_out")
        doubles._stop("already_in")
