from odoo import api, models
from odoo.tools import SQL
from odoo.tools.date_utils import end_of

from ..common.say_value import say_money

# So many late customers are proposed at the end of the day.
PROPOSED = 5


class RetentionFollowup(models.Model):
    """The day of a salesperson in numbers, and what is left to do when it is worked through."""

    _inherit = "retention.followup"

    @api.model
    @api.readonly
    def get_day_bar(self):
        """Return the numbers above My Day: of the reader's open follow-ups in the current company.

        Each follow-up counts once, as *overdue* where it should have been done before today, else
        as *today*; *week* are all until Sunday. A customer is at stake once, with the purchases of
        the last 12 months, or of the 12 months before where that was more, or with what is
        expected, as the company chose; in company currency.

        :return: ``{"today", "overdue", "week", "at_stake", "at_stake_help"}``; the last two as
            texts, what it comes to and what it is
        :raise AccessError: the reader may not read follow-ups
        """
        company = self.env.company
        today = company._get_retention_today()
        mine = self._search(
            [
                ("user_id", "=", self.env.uid),
                ("state", "=", "open"),
                ("company_id", "=", company.id),
            ]
        )
        visible = self.env["retention.customer"]._search([("company_id", "=", company.id)])
        [row] = self.env.execute_query(
            SQL(
                """WITH mine AS (
                       SELECT partner_id, opened, GREATEST(opened, date_deadline) AS last
                         FROM (SELECT partner_id, date_deadline,
                                      COALESCE(date_opened, date_due) AS opened
                                 FROM retention_followup WHERE id IN %(mine)s) AS row)
                   SELECT COUNT(*) FILTER (WHERE last >= %(today)s AND opened <= %(today)s),
                          COUNT(*) FILTER (WHERE last < %(today)s),
                          COUNT(*) FILTER (WHERE opened <= %(sunday)s),
                          (SELECT SUM(%(value)s) FROM retention_customer
                            WHERE company_id = %(company)s AND id IN %(visible)s
                              AND partner_id IN (SELECT partner_id FROM mine
                                                  WHERE opened <= %(today)s))
                     FROM mine""",
                mine=mine.subselect(),
                visible=visible.subselect(),
                value=self.env["retention.customer"]._get_at_stake_sql("retention_customer"),
                company=company.id,
                today=today,
                sunday=end_of(today, "week"),
            )
        )
        names = ("today", "overdue", "week")
        return {
            **dict(zip(names, row, strict=False)),
            "at_stake": say_money(self.env, row[3] or 0, company.currency_id),
            "at_stake_help": self._say_what_is_at_stake(company),
        }

    @api.model
    def _say_what_is_at_stake(self, company):
        is_known = self.env["retention.outlook"]._get_learnt(company, 90)
        if is_known and company.sudo().retention_day_priority == "expected":
            return self.env._("What these customers are expected to buy in 90 days.")
        return self.env._(
            "What these customers bought in the last 12 months, or in the 12 months before if that "
            "was more."
        )

    @api.model
    @api.readonly
    def get_day_end(self):
        """Return what the reader did today, and who is late and has no follow-up, the best first.

        Of the current company; late and silent customers of the reader, or of nobody.

        :return: ``{"done": [{"id", "name", "words", "can_reopen"}], "late": [{"id", "name",
            "value", "words", "can_call"}]}``; ``late[].id`` is the customer's
        """
        company = self.env.company
        done = self.search(
            [
                ("user_id", "=", self.env.uid),
                ("state", "=", "done"),
                ("date_done", "=", company._get_retention_today()),
                ("company_id", "=", company.id),
                ("channel", "in", ("activity", "plan")),
            ],
            order="write_date desc, id desc",
        )
        late = self.env["retention.customer"].search(
            [
                ("company_id", "=", company.id),
                ("status", "in", ("late", "silent")),
                ("partner_id.user_id", "in", (False, self.env.uid)),
                ("partner_id.do_not_contact", "=", False),
                ("partner_id.retention_followup_ids", "not any", [("state", "=", "open")]),
            ],
            order="value_year desc, id",
            limit=PROPOSED,
        )
        return {
            "done": [
                {
                    "id": followup.id,
                    "name": followup.partner_id.display_name,
                    "words": followup.what_to_do,
                    "can_reopen": followup.can_reopen,
                }
                for followup in done
            ],
            "late": [
                {
                    "id": figures.partner_id.id,
                    "name": figures.partner_id.display_name,
                    "value": say_money(
                        self.env,
                        max(figures.value_year, figures.value_year_1),
                        company.currency_id,
                    ),
                    **figures.partner_id._say_uncalled_reason(),
                }
                for figures in late
            ],
        }
