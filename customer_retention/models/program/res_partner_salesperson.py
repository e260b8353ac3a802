from odoo import models
from odoo.tools import SQL

from ..common.window_action import open_dialog


class ResPartner(models.Model):
    """Who has no salesperson, and who it should be."""

    _inherit = "res.partner"

    def action_assign_salesperson(self):
        """Ask who is to be the salesperson of these customers."""
        self.check_access("read")
        return open_dialog(
            "retention.salesperson.assign",
            self.env._("Assign Salesperson"),
            default_partner_ids=self.commercial_partner_id.ids,
            dialog_size="medium",
        )

    def _get_last_sellers(self, company):
        """Return ``{customer: user}``: who sold the last order or invoice and can work for ``company``."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (partner_id) partner_id, user_id
                     FROM (SELECT person.commercial_partner_id AS partner_id, sale.user_id,
                                  sale.date_order::date AS day, sale.id
                             FROM sale_order AS sale
                             JOIN res_partner AS person ON person.id = sale.partner_id
                            WHERE person.commercial_partner_id = ANY(%(partners)s)
                              AND sale.company_id = %(company)s AND sale.state = 'sale'
                              AND sale.user_id IS NOT NULL
                            UNION ALL
                           SELECT move.commercial_partner_id, move.invoice_user_id,
                                  move.invoice_date, move.id
                             FROM account_move AS move
                            WHERE move.commercial_partner_id = ANY(%(partners)s)
                              AND move.company_id = %(company)s AND move.state = 'posted'
                              AND move.move_type = 'out_invoice'
                              AND move.invoice_user_id IS NOT NULL) AS sold
                    ORDER BY partner_id, day DESC, id DESC""",
                partners=self.ids,
                company=company.id,
            )
        )
        users = self.env["res.users"].browse({user_id for _partner_id, user_id in rows})
        able = {user.id for user in users if user._can_work_for(company)}
        return {
            self.browse(partner_id): users.browse(user_id)
            for partner_id, user_id in rows
            if user_id in able
        }
