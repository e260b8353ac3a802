from unittest.mock import patch

from odoo import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..common import NOW, TODAY
from .test_satisfaction_analysis import SatisfactionPageCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestExpectation(SatisfactionPageCase):
    """What customers felt beside the facts of their orders, by hand."""

    def _sell(self, quantity=10, price=10, delivered=None, promised=None, currency=None):
        """Create a confirmed order of one line; some of it delivered by hand."""
        order = self._create_order(self._create_customer(), NOW, price, currency=currency)
        order.order_line.write({"product_uom_qty": quantity, "price_unit": price})
        if delivered is not None:
            order.order_line.qty_delivered = delivered
        order.commitment_date = promised
        return order

    def _bill(self, order, quantity, price, post=True, move_type="out_invoice"):
        """Invoice some of the order at a price, or give money for it back."""
        move = self._create_invoice(
            order.partner_id,
            TODAY,
            price,
            currency=order.currency_id,
            move_type=move_type,
            post=False,
        )
        line = move.invoice_line_ids
        line.write({"quantity": quantity, "sale_line_ids": [Command.set(order.order_line.ids)]})
        if post:
            move.action_post()
        return move

    def _feel(self, document, expectation):
        return self._say(
            document.partner_id,
            expectation=expectation,
            res_model=document._name,
            res_id=document.id,
        )

    def _get_line(self, answer):
        return self.env["retention.expectation.report"].search(
            [("satisfaction_id", "=", answer.id)]
        )

    def test_reality_of_a_line(self):
        """Price is compared for what was invoiced, quantity with what was ordered."""
        self._set_up_accounts()
        order = self._sell(quantity=10, price=10, delivered=8)
        self._bill(order, 5, 11)
        line = self._get_line(self._feel(order, "worse"))
        # 5 at 11 are 55, quoted 5 at 10: 10 % dearer; 8 of 10 delivered: a fifth is missing.
        self.assertEqual((line.amount_quoted, line.amount_invoiced), (50, 55))
        self.assertAlmostEqual(line.price_over_rate, 0.1)
        self.assertAlmostEqual(line.short_rate, 0.2)
        self.assertTrue(line.is_not_kept)
        self.assertEqual((line.quantity_ordered, line.quantity_delivered), (10, 8))

    def test_draft_says_nothing(self):
        """While a bill is a draft nothing is compared: its quantity counts, its amount not yet."""
        self._set_up_accounts()
        order = self._sell()
        self._bill(order, 5, 11)
        self._bill(order, 5, 10, post=False)
        line = self._get_line(self._feel(order, "worse"))
        self.assertEqual((line.amount_quoted, line.amount_invoiced), (0, 0))
        self.assertFalse(self.Report.browse(line.satisfaction_id.id).reality)

    def test_currency_of_the_order(self):
        """Amounts are in company currency at the rate of the order."""
        self._set_up_accounts()
        self._create_rate(self.eur, "2026-01-01", 0.5)
        order = self._sell(quantity=2, price=10, currency=self.eur)
        self._bill(order, 2, 10)
        line = self._get_line(self._feel(order, "as_expected"))
        # 20 euros at half a euro for a dollar.
        self.assertEqual((line.amount_quoted, line.amount_invoiced), (40, 40))
        self.assertFalse(line.is_not_kept)

    def test_several_invoices(self):
        """All invoices of an order count together: 4 at 10 and 6 at 11 are 106 for 100 quoted."""
        self._set_up_accounts()
        order = self._sell()
        self._bill(order, 4, 10)
        self._bill(order, 6, 11)
        line = self._get_line(self._feel(order, "worse"))
        self.assertEqual((line.amount_quoted, line.amount_invoiced), (100, 106))
        self.assertAlmostEqual(line.price_over_rate, 0.06)

    def test_credit_note_for_goods(self):
        """What was returned is paid back at its price: 7 of 10 are left at 12 instead of 10."""
        self._set_up_accounts()
        order = self._sell()
        self._bill(order, 10, 12)
        self._bill(order, 3, 12, move_type="out_refund")
        line = self._get_line(self._feel(order, "worse"))
        self.assertEqual((line.amount_quoted, line.amount_invoiced), (70, 84))
        self.assertAlmostEqual(line.price_over_rate, 0.2)

    def test_credit_note_for_price(self):
        """Money given back is a discount, not goods returned: nothing is dearer in the end."""
        self._set_up_accounts()
        corrected, gesture = self._sell(), self._sell()
        # 12 instead of 10 were billed, 2 for each of the ten are paid back.
        self._bill(corrected, 10, 12)
        self._bill(corrected, 10, 2, move_type="out_refund")
        # 3 once, for the trouble.
        self._bill(gesture, 10, 10)
        self._bill(gesture, 1, 3, move_type="out_refund")
        lines = [self._get_line(self._feel(order, "worse")) for order in (corrected, gesture)]
        self.assertEqual([line.amount_quoted for line in lines], [100, 100])
        self.assertEqual([line.amount_invoiced for line in lines], [100, 97])
        self.assertEqual([line.is_not_kept for line in lines], [False, False])
        self.assertEqual(self.Report.browse(lines[0].satisfaction_id.id).reality, "kept")

    def test_all_returned(self):
        """Where everything was paid back there is no price to compare."""
        self._set_up_accounts()
        order = self._sell()
        self._bill(order, 10, 12)
        self._bill(order, 10, 12, move_type="out_refund")
        answer = self._feel(order, "worse")
        self.assertEqual(self._get_line(answer).amount_invoiced, 0)
        self.assertFalse(self.Report.browse(answer.id).reality)

    def test_not_due_yet(self):
        """Nothing is missing before the promised day is over; what came is there before it, too."""
        today = self._sell(delivered=4, promised="2026-06-15")
        yesterday = self._sell(delivered=4, promised="2026-06-14")
        early = self._sell(delivered=10, promised="2026-06-20")
        answers = [self._feel(order, "worse") for order in (today, yesterday, early)]
        self.env.flush_all()
        reality = [self.Report.browse(answer.id).reality for answer in answers]
        self.assertEqual(reality, [False, "not_kept", "kept"])
        self.assertAlmostEqual(self._get_line(answers[1]).short_rate, 0.6)

    def test_answer_about_an_invoice(self):
        """An answer about an invoice is about the order lines it bills."""
        self._set_up_accounts()
        order = self._sell(delivered=10)
        move = self._bill(order, 10, 10)
        line = self._get_line(self._feel(move, "better"))
        self.assertEqual(line.order_id, order)
        self.assertEqual(self.Report.browse(line.satisfaction_id.id).reality, "kept")

    def test_reality(self):
        """Felt beside happened: each number of the table opens just its answers."""
        self._set_up_accounts()
        promised = {
            self._sell(delivered=10, promised="2026-06-01"): "2026-06-04",  # 3 days late
            self._sell(delivered=9, promised="2026-06-01"): "2026-06-02",  # 1 day late, 10 % short
            self._sell(delivered=10, promised="2026-06-01"): "2026-05-30",  # early
            self._sell(): None,  # nothing known
        }
        dearer = self._sell()
        self._bill(dearer, 10, 10.5)
        orders = [*promised, dearer]
        felt = ("worse", "worse", "worse", "better", "worse")
        for order, expectation in zip(orders, felt, strict=True):
            self._feel(order, expectation)
        days = [(order.id, day) for order, day in promised.items() if day]
        values = SQL(", ").join(SQL("(%s, %s::date)", *each) for each in days)
        delivered = SQL(
            "(SELECT day FROM (VALUES %s) AS hook (id, day) WHERE hook.id = line.order_id)", values
        )
        model = self.env.registry["retention.expectation.report"]
        with patch.object(model, "_get_delivery_day_sql", lambda self: delivered):
            worse, better = self._get_page()["reality"]["rows"]
            shown = {name: worse[name] for name in ("answers", "late", "dear", "short", "kept")}
            self.assertEqual(shown, {"answers": 4, "late": 2, "dear": 1, "short": 1, "kept": 1})
            # (3 + 1) / 2 days; 5 %; 10 %.
            self.assertAlmostEqual(worse["late_days"], 2)
            self.assertAlmostEqual(worse["dear_percent"], 5)
            self.assertAlmostEqual(worse["short_percent"], 10)
            self.assertEqual((worse["not_kept"], worse["unknown"]), (3, 0))
            self.assertEqual((better["answers"], better["unknown"]), (1, 1))
            for row in (worse, better):
                for name, domain in row["domains"].items():
                    self.assertEqual(self._count(domain), row[name], name)
            late = self.Report.search(worse["domains"]["late"])
            self.assertEqual(sorted(late.mapped("late_days")), [1, 3])

    def test_services_are_not_short(self):
        """Where nobody keeps deliveries, nothing is known of them: a service is not short."""
        answer = self._feel(self._sell(), "worse")
        self.assertFalse(self._get_line(answer).is_not_kept)
        self.assertFalse(self.Report.browse(answer.id).reality)

    def test_quotations_are_not_short(self):
        """What was not ordered cannot be missing: a sale not closed says nothing of deliveries."""
        sold, lost = self._sell(), self._sell()
        (sold | lost).order_line.qty_delivered_method = "analytic"
        lost._action_cancel()
        answers = self._feel(sold, "worse") | self._feel(lost, "worse")
        self.env.flush_all()
        reality = [self.Report.browse(answer.id).reality for answer in answers]
        # Ten ordered, none delivered; and none ordered after all.
        self.assertEqual(reality, ["not_kept", False])
        self.assertFalse(self._get_line(answers[1]).is_not_kept)
