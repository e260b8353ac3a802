from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..common.say_value import say_money

# So many of the last purchases stand on the sheet, so many quotations.
PURCHASES, QUOTATIONS = 8, 5
# No line of the sheet is longer: it has to fit on one page.
WIDEST = 110


class ResPartner(models.Model):
    """What stands on the sheet of a customer: value, rhythm, purchases, quotations."""

    _inherit = "res.partner"

    def action_print_customer_sheet(self):
        """Print the sheets of these customers; orders, opportunities and follow-ups offer it.

        In the current company, whatever the company of the document.

        :raise UserError: there is no customer, as of an opportunity that names none yet
        """
        if not self:
            raise UserError(
                self.env._("There is no customer to print a sheet of. Please choose one first.")
            )
        report = self.env.ref("customer_retention.retention_customer_sheet")
        return report.report_action(self.commercial_partner_id)

    def _get_sheet_sections(self):
        """Return the sections of the sheet of this customer in the current company, in order. Hook.

        With the reader's rights: whoever prints it has read access to the figures. Each section is
        ``{"title", "lines": [text], "more": how many are left out}``; what is empty is left out.
        Rooms and addons append theirs.
        """
        self.ensure_one()
        sections = [
            self._prepare_section(self.env._("Value"), self._get_sheet_value()),
            self._prepare_section(
                self.env._("Last purchases"), *self._get_sheet_purchases()
            ),
            self._prepare_section(
                self.env._("Open quotations"), *self._get_sheet_quotations()
            ),
        ]  # fmt: skip
        return [section for section in sections if section]

    def _prepare_section(self, title, lines, count=0):
        """Return a section of ``lines``, of ``count`` in all; None where there are none.

        A line that is too long for the page is cut, which its end shows.
        """
        lines = [" ".join(line.splitlines()) for line in lines if line]
        if not lines:
            return None
        cut = [line if len(line) <= WIDEST else line[: WIDEST - 1] + "…" for line in lines]
        return {"title": title, "lines": cut, "more": max(0, count - len(cut))}

    def _get_sheet_value(self):
        if not self.last_purchase_date:
            return []
        currency = self.env.company.currency_id

        def say(amount):
            return say_money(self.env, amount or 0, currency)

        lines = [
            self.env._(
                "%(year)s in 12 months, %(before)s in the 12 months before, %(earlier)s before that; "
                "%(lifetime)s in all.",
                year=say(self.value_year),
                before=say(self.value_year_1),
                earlier=say(self.value_year_2),
                lifetime=say(self.lifetime_value),
            )
        ]
        if self.is_gold:
            lines.append(self.env._("Gold, %s above the best who is not.", say(self.gold_margin)))
        elif self.gold_gap:
            lines.append(self.env._("%s missing to become gold.", say(self.gold_gap)))
        if self.expected_date:
            lines.append(
                self.env._(
                    "Buys about every %(days)s days; due on %(day)s.",
                    days=round(self.expected_gap_days),
                    day=format_date(self.env, self.expected_date),
                )
            )
        return lines

    def _get_sheet_purchases(self):
        """Return the last purchases as lines, and how many there are."""
        domain = [
            ("partner_id", "=", self.id),
            ("company_id", "=", self.env.company.id),
            ("is_counted", "=", True),
        ]
        found = self.env["retention.purchase"].search_read(
            domain, ["date", "amount", "channel"], limit=PURCHASES, order="date desc, id desc"
        )
        labels = self.env["retention.purchase"]._get_channel_labels()
        currency = self.env.company.currency_id
        lines = [
            f"{format_date(self.env, row['date'])}   {say_money(self.env, row['amount'], currency)}"
            f"   {labels.get(row['channel'], row['channel'])}"
            for row in found
        ]
        return lines, self.purchase_count

    def _get_sheet_quotations(self):
        """Return the open quotations as lines, and how many there are."""
        Order = self.env["sale.order"]
        if not Order.has_access("read"):
            return [], 0
        domain = [
            ("partner_id", "child_of", self.id),
            ("company_id", "=", self.env.company.id),
            ("state", "in", ("draft", "sent")),
        ]
        orders = Order.search(domain, limit=QUOTATIONS, order="date_order desc, id desc")
        lines = [
            f"{order.name}   {format_date(self.env, order.date_order)}"
            f"   {say_money(self.env, order.amount_untaxed, order.currency_id)}"
            for order in orders
        ]
        return lines, Order.search_count(domain) if len(orders) == QUOTATIONS else len(orders)
