from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.recovery import window_days
from .retention_complaint import INTERNAL

# How long after the window late invoices and merged customers are still looked at.
SETTLED_DAYS = 31


class RetentionComplaint(models.Model):
    """Whether the customer bought again after the solution, within the usual gap.

    The window ends on ``recovery_until``, frozen at the solution: as many days after it as the
    customer, by the purchases until then, is still *active* (``tools/recovery.py``). In the window,
    the day of the solution left out:

    * another complaint of the customer: *repeated*;
    * else a positive purchase: *recovered*, ``recovered_value`` is what was bought, net, untaxed,
      in company currency;
    * else *pending* until the window has passed, then *not recovered*.

    Not bought again is what belongs to the complaint: anything of the complained document,
    replacement orders and credit notes linked as redress, and invoices made by "reverse and
    create", which replace one that was there.
    """

    _inherit = "retention.complaint"

    recovery_state = fields.Selection(
        [
            ("pending", "There is time yet"),
            ("recovered", "Bought again"),
            ("not_recovered", "Did not buy again"),
            ("repeated", "Complained again"),
        ],
        "After the Solution",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=INTERNAL,
    )
    recovery_from = fields.Date(
        readonly=True, copy=False, groups=INTERNAL, help="Day of the solution."
    )
    recovery_until = fields.Date(
        "Buys Again Until", readonly=True, copy=False, groups=INTERNAL, help="By the usual gap."
    )
    recovered_value = fields.Monetary(
        readonly=True, copy=False, groups=INTERNAL, help="Bought in that time, without taxes."
    )
    recovery_class = fields.Char(readonly=True, copy=False, groups=INTERNAL)
    recovery_status = fields.Char(readonly=True, copy=False, groups=INTERNAL)

    # ------------------------------------------------------------------
    # The window
    # ------------------------------------------------------------------

    def _start_recovery(self, at):
        """Freeze until when these customers are expected to buy again; a moment in UTC."""
        for company, complaints in self.filtered("partner_id").grouped("company_id").items():
            day = complaints[:1]._get_local_day(at)
            bought = self._get_rhythm(company, complaints.partner_id, day)
            figures = (
                self.env["retention.customer"]
                .sudo()
                .search_fetch(
                    [
                        ("company_id", "=", company.id),
                        ("partner_id", "in", complaints.partner_id.ids),
                    ],
                    ["partner_id", "abc_class", "status"],
                )
            )
            known = {each.partner_id: each for each in figures}
            for complaint in complaints:
                days = self._get_window(company, *bought.get(complaint.partner_id.id, (0, 0)))
                of_customer = known.get(complaint.partner_id)
                complaint.write(
                    {
                        "recovery_state": "pending",
                        "recovery_from": day,
                        "recovery_until": fields.Date.add(day, days=days),
                        "recovered_value": 0,
                        "recovery_class": of_customer and of_customer.abc_class,
                        "recovery_status": of_customer and of_customer.status,
                    }
                )

    @api.model
    def _get_window(self, company, span, gaps):
        """Return in how many days a customer of this rhythm is expected to buy again."""
        company = company.sudo()
        last = self.env["retention.run"].sudo()._get_last(company)
        gap = last.company_gap_days or company.retention_gap_default_days
        return window_days(
            company.retention_active_factor, company.retention_gap_weight, gap, span, gaps
        )

    @api.model
    def _get_rhythm(self, company, partners, day):
        """Return ``{partner id: (days from first to last purchase, gaps)}`` until a day."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, MAX(date) - MIN(date), COUNT(DISTINCT date) - 1
                     FROM (%s) AS purchase
                    WHERE company_id = %s AND partner_id = ANY(%s) AND is_counted AND date <= %s
                    GROUP BY partner_id""",
                self.env["retention.purchase"]._get_query(),
                company.id,
                partners.ids,
                day,
            )
        )
        return {partner_id: (span, gaps) for partner_id, span, gaps in rows}

    def _end_recovery(self):
        """Forget the window of complaints that were not settled after all."""
        self.write(
            {
                "recovery_state": False,
                "recovery_from": False,
                "recovery_until": False,
                "recovered_value": 0,
                "recovery_class": False,
                "recovery_status": False,
                "has_peers": False,
            }
        )
        self.env["retention.complaint.peer"].search([("complaint_id", "in", self.ids)]).unlink()

    # ------------------------------------------------------------------
    # What came of it
    # ------------------------------------------------------------------

    @api.model
    def _update_recovery(self, company, partner_ids=None):
        """Bring what came of the solutions of ``company`` to what is known now, set-based.

        :param partner_ids: ids of commercial partners to look at; all by default
        """
        today = company._get_retention_today()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """WITH %(watched)s, %(excluded)s, bought AS (
                          SELECT watched.id,
                                 BOOL_OR(purchase.is_counted) AS is_bought,
                                 SUM(purchase.amount) AS amount
                            FROM watched
                            JOIN (SELECT * FROM (%(purchases)s) AS purchase
                                   WHERE company_id = %(company)s AND partner_id = ANY(%(partners)s)
                                     AND date > %(since)s) AS purchase
                              ON purchase.partner_id = watched.partner_id
                             AND purchase.date > watched.recovery_from
                             AND purchase.date <= watched.recovery_until
                             AND purchase.date <= %(today)s
                             AND NOT EXISTS (
                                 SELECT FROM excluded
                                  WHERE excluded.id = watched.id
                                    AND excluded.res_model = purchase.res_model
                                    AND excluded.res_id = purchase.res_id)
                           GROUP BY watched.id)
                   UPDATE retention_complaint AS complaint
                      SET recovery_state = now.state,
                          recovered_value = CASE WHEN now.state = 'recovered'
                                                 THEN now.amount ELSE 0 END
                     FROM (SELECT watched.id, COALESCE(bought.amount, 0) AS amount,
                                  CASE WHEN %(repeated)s THEN 'repeated'
                                       WHEN bought.is_bought THEN 'recovered'
                                       WHEN watched.recovery_until < %(today)s THEN 'not_recovered'
                                       ELSE 'pending' END AS state
                             FROM watched LEFT JOIN bought ON bought.id = watched.id) AS now
                    WHERE complaint.id = now.id
                      AND (complaint.recovery_state, complaint.recovered_value)
                          IS DISTINCT FROM
                          (now.state, CASE WHEN now.state = 'recovered' THEN now.amount ELSE 0 END)
                RETURNING complaint.id""",
                **self._get_recovery_parts(company, partner_ids, today),
            )
        )
        if rows:
            self.invalidate_model(["recovery_state", "recovered_value"], flush=False)

    @api.model
    def _get_recovery_parts(self, company, partner_ids, today):
        condition = SQL("TRUE")
        if partner_ids is not None:
            condition = SQL("customer.commercial_partner_id = ANY(%s)", list(partner_ids))
        watched = SQL(
            """SELECT complaint.id, customer.commercial_partner_id AS partner_id,
                      complaint.recovery_from, complaint.recovery_until, complaint.solved_at,
                      complaint.order_id, complaint.invoice_id
                 FROM retention_complaint AS complaint
                 JOIN res_partner AS customer ON customer.id = complaint.partner_id
                WHERE complaint.company_id = %s AND complaint.recovery_state IS NOT NULL
                  AND (complaint.recovery_state = 'pending' OR complaint.recovery_until >= %s)
                  AND %s""",
            company.id,
            fields.Date.subtract(today, days=SETTLED_DAYS),
            condition,
        )
        since, partners = self.env.execute_query(
            SQL("SELECT MIN(recovery_from), ARRAY_AGG(partner_id) FROM (%s) AS watched", watched)
        )[0]
        start, end = SQL("watched.recovery_from"), SQL("watched.recovery_until")
        day = self.env["retention.purchase"]._get_company_day(
            SQL("other.received_at"), SQL("other.company_id")
        )
        return {
            "watched": SQL("watched AS MATERIALIZED (%s)", watched),
            "excluded": self._get_excluded(),
            "purchases": self.env["retention.purchase"]._get_query(),
            "company": company.id,
            "partners": partners or [],
            "since": since or today,
            "today": today,
            "repeated": SQL(
                """EXISTS (SELECT FROM retention_complaint AS other
                            WHERE other.partner_id = watched.partner_id
                              AND other.company_id = %s AND other.id != watched.id
                              AND other.received_at > watched.solved_at
                              AND %s BETWEEN %s AND %s)""",
                company.id,
                day,
                start,
                end,
            ),
        }

    @api.model
    def _get_excluded(self):
        """Return, as a CTE over ``watched``, the documents that are no new purchase of a complaint."""
        return SQL(
            """orders AS (
                      SELECT id, order_id FROM watched WHERE order_id IS NOT NULL
                       UNION
                      SELECT watched.id, sold.order_id
                        FROM watched
                        JOIN account_move_line AS line ON line.move_id = watched.invoice_id
                        JOIN sale_order_line_invoice_rel AS rel ON rel.invoice_line_id = line.id
                        JOIN sale_order_line AS sold ON sold.id = rel.order_line_id
                       UNION
                      SELECT watched.id, redress.order_id
                        FROM watched
                        JOIN retention_complaint_redress AS redress
                          ON redress.complaint_id = watched.id
                       WHERE redress.order_id IS NOT NULL),
               excluded AS (
                      SELECT id, 'sale.order' AS res_model, order_id AS res_id FROM orders
                       UNION
                      SELECT orders.id, 'account.move', line.move_id
                        FROM orders
                        JOIN sale_order_line AS sold ON sold.order_id = orders.order_id
                        JOIN sale_order_line_invoice_rel AS rel ON rel.order_line_id = sold.id
                        JOIN account_move_line AS line ON line.id = rel.invoice_line_id
                       UNION
                      SELECT id, 'account.move', invoice_id FROM watched WHERE invoice_id IS NOT NULL
                       UNION
                      SELECT watched.id, 'account.move', redress.move_id
                        FROM watched
                        JOIN retention_complaint_redress AS redress
                          ON redress.complaint_id = watched.id
                       WHERE redress.move_id IS NOT NULL
                       UNION
                      SELECT watched.id, 'account.move', move.id
                        FROM watched
                        JOIN account_move AS move ON move.commercial_partner_id = watched.partner_id
                       WHERE move.retention_replaced_id IS NOT NULL
                          OR move.reversed_entry_id = watched.invoice_id)"""
        )
