from psycopg2 import IntegrityError

from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestLoss(RetentionCase):
    """A customer recorded as lost, what was lost, and the way back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Loss = cls.env["retention.loss"]
        cls.price = cls.env.ref("crm.lost_reason_1")

    def _record(self, customer, **values):
        """Record a loss as the button on the contact does."""
        action = customer.action_record_loss()
        wizard = Form(self.env[action["res_model"]].with_context(**action["context"]))
        for name, value in values.items():
            wizard[name] = value
        wizard.save().action_record()
        return self.Loss.search([("partner_id", "=", customer.id)], order="id desc", limit=1)

    def test_partner_is_enough(self):
        """Partner and date suffice; the date is today by itself, the state open."""
        customer = self._create_customer()
        loss = self.Loss.create({"partner_id": customer.id})
        self.assertEqual(
            (loss.date, loss.state, loss.company_id, loss.currency_id, loss.value_year),
            (days_ago(0), "open", self.company, self.usd, 0),
        )

    @mute_logger("odoo.sql_db")
    def test_date_needed(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.Loss.create({"partner_id": self._create_customer().id, "date": False})

    def test_status_lost_with_next_run(self):
        """A loss on the last purchase day or later makes the customer lost, one before it does not."""
        purchases = [(100, 10), (70, 10), (40, 10), (10, 10)]
        before, same_day, after = self._create_customers(purchases, purchases, purchases)
        self.Loss.create(
            [
                {"partner_id": before.id, "date": days_ago(41)},
                {"partner_id": same_day.id, "date": days_ago(10)},
                {"partner_id": after.id, "date": days_ago(3)},
            ]
        )
        self._refresh()
        # 41 days ago is before the purchase before last (40 days ago): neither lost nor won back.
        self.assertFigures(before, status="active")
        self.assertFigures(same_day, status="lost")
        self.assertFigures(after, status="lost")

    def test_status_won_back(self):
        """A loss between the last two purchases makes the customer won back for 90 days."""
        customer = self._create_customer(purchases=[(100, 10), (70, 10), (10, 10)])
        self.Loss.create({"partner_id": customer.id, "date": days_ago(70)})
        self._refresh()
        self.assertFigures(customer, status="won_back")

    def test_deleted_loss_reaches_status(self):
        customer = self._create_customer(purchases=[(70, 10), (40, 10), (10, 10)])
        loss = self.Loss.create({"partner_id": customer.id})
        self._refresh()
        self.assertFigures(customer, status="lost")
        loss.unlink()
        self._refresh()
        self.assertFigures(customer, status="active")

    def test_loss_reaches_status_with_hourly_run(self):
        customer = self._create_customer(purchases=[(70, 10), (40, 10), (10, 10)])
        self._refresh()
        loss = self.Loss.create({"partner_id": customer.id})
        self.Run._refresh_changed(self.company)
        self.assertFigures(customer, status="lost")
        loss.date = days_ago(200)
        self.Run._refresh_changed(self.company)
        self.assertFigures(customer, status="active")

    def test_recording_reaches_status_at_once(self):
        """The button of the small form does not wait for the night, and writes the events."""
        customer = self._create_customer(purchases=[(70, 10), (40, 10), (10, 10)])
        self._refresh()
        self._record(customer)
        self.assertFigures(customer, status="lost")
        self.assertEqual(customer.retention_status, "lost")
        self.assertEvents(customer, ("loss_recorded", False, False), ("status", "active", "lost"))

    def test_recording_without_any_run(self):
        """Before the first run the button leaves the figures to it."""
        customer = self._create_customer(purchases=[(10, 10)])
        self._record(customer)
        self.assertFalse(self._get_figures(customer))

    # ------------------------------------------------------------------
    # Value
    # ------------------------------------------------------------------

    def test_value_of_year_before_last_purchase(self):
        """The 365 days count back from the last purchase on or before the loss."""
        # Last purchase 400 days ago; the window is (765, 400] days ago: 100 + 20 + 3 - 5.
        customer = self._create_customer(
            purchases=[(765, 5000), (764, 100), (500, 20), (450, -5), (400, 3)]
        )
        loss = self.Loss.create({"partner_id": customer.id})
        self.assertEqual(loss.value_year, 118)

    def test_value_ignores_purchases_after_loss(self):
        customer = self._create_customer(purchases=[(200, 70), (150, 8), (90, 1000)])
        loss = self.Loss.create({"partner_id": customer.id, "date": days_ago(100)})
        # Last purchase on or before it: 150 days ago; 70 + 8.
        self.assertEqual(loss.value_year, 78)
        loss.date = days_ago(90)
        # Now the last purchase is of that day: 70 + 8 + 1000.
        self.assertEqual(loss.value_year, 1078)

    def test_value_of_several(self):
        """Losses recorded together each get their own customer's value, at any date."""
        one, two = self._create_customers([(10, 1), (20, 2)], [(15, 40)])
        losses = self.Loss.create(
            [
                {"partner_id": one.id, "date": days_ago(12)},
                {"partner_id": one.id},
                {"partner_id": two.id},
            ]
        )
        self.assertEqual(losses.mapped("value_year"), [2, 3, 40])

    def test_value_is_of_own_company(self):
        other = self._create_company("Other", currency=self.eur)
        customer = self._create_customer(purchases=[(10, 50)])
        self._create_past(customer, (20, 900), company_id=other.id, currency_id=self.eur.id)
        here = self.Loss.create({"partner_id": customer.id})
        there = self.Loss.create({"partner_id": customer.id, "company_id": other.id})
        self.assertEqual((here.value_year, here.currency_id), (50, self.usd))
        self.assertEqual((there.value_year, there.currency_id), (900, self.eur))

    def test_value_may_be_corrected(self):
        customer = self._create_customer(purchases=[(10, 50)])
        loss = self.Loss.create({"partner_id": customer.id, "value_year": 80})
        self.assertEqual(loss.value_year, 80)
        loss.state = "let_go"
        self.assertEqual(loss.value_year, 80)

    def test_wizard(self):
        """The small form proposes date and value, and hands on what was said."""
        customer = self._create_customer(purchases=[(500, 7), (200, 50), (100, 20)])
        loss = self._record(customer, date=days_ago(150), reason_id=self.price, avoidable="yes")
        self.assertEqual(
            (loss.date, loss.reason_id, loss.avoidable, loss.value_year, loss.state),
            (days_ago(150), self.price, "yes", 57, "open"),
        )
        loss = self._record(customer, value_year=33, note="Moved away")
        self.assertEqual((loss.date, loss.value_year, loss.note), (days_ago(0), 33, "Moved away"))

    def test_value_in_form(self):
        customer = self._create_customer(purchases=[(10, 50)])
        form = Form(self.Loss)
        form.partner_id = customer
        self.assertEqual(form.value_year, 50)

    # ------------------------------------------------------------------
    # Won back
    # ------------------------------------------------------------------

    def test_next_purchase_wins_back(self):
        """The first purchase after the loss sets it to won back, whatever its state."""
        customers = self._create_customers(*[[(300, 10)]] * 4)
        losses = self.Loss.create(
            [{"partner_id": customer.id, "date": days_ago(100)} for customer in customers]
        )
        losses[1].action_win_back()
        losses[2].action_let_go()
        self._refresh()
        self.assertEqual(losses.mapped("state"), ["open", "winning_back", "let_go", "open"])
        # A purchase on the day of the loss is none after it.
        self._create_past(customers[3], (100, 10))
        for customer in customers[:3]:
            self._create_past(customer, (60, 10), (20, 10))
        self._refresh()
        self.assertEqual(losses.mapped("state"), ["won_back", "won_back", "won_back", "open"])
        self.assertEqual(losses[0].date_won_back, days_ago(60))
        self.assertFalse(losses[3].date_won_back)
        # 60 days ago, 240 after the first: the last two are 40 days apart, after the loss.
        self.assertFigures(customers[3], status="lost")

    def test_won_back_by_light_run(self):
        customer = self._create_customer(purchases=[(300, 10)])
        loss = self.Loss.create({"partner_id": customer.id, "date": days_ago(100)})
        self._refresh()
        self._create_past(customer, (5, 10))
        customer.action_refresh()
        self.assertEqual(loss.state, "won_back")
        self.assertFigures(customer, status="won_back")

    def test_purchase_elsewhere_wins_nothing_back(self):
        """A purchase in another company, or one that counts as none, changes nothing."""
        other = self._create_company("Other")
        customer = self._create_customer(purchases=[(300, 10)])
        loss = self.Loss.create({"partner_id": customer.id, "date": days_ago(100)})
        self._create_past(customer, (5, 10), company_id=other.id)
        self._create_past(customer, (4, -10))
        self._refresh()
        self._refresh(other)
        self.assertEqual(loss.state, "open")

    def test_won_back_stays(self):
        """What is won back is not let go or won back again by a button."""
        customer = self._create_customer(purchases=[(300, 10), (10, 10)])
        loss = self.Loss.create({"partner_id": customer.id, "date": days_ago(100)})
        self._refresh()
        loss.action_let_go()
        loss.action_win_back()
        self.assertEqual(loss.state, "won_back")

    # ------------------------------------------------------------------
    # Whom it is about
    # ------------------------------------------------------------------

    def test_person_of_a_company(self):
        """A loss noted on a person is a loss of the person's company."""
        company = self._create_customer("Azure", purchases=[(30, 10)], is_company=True)
        person = self._create_customer("Ann", parent_id=company.id)
        loss = self.Loss.create({"partner_id": person.id})
        self.assertEqual((loss.partner_id, loss.contact_id), (company, person))
        self.assertEqual(loss.value_year, 10)
        self._refresh()
        self.assertFigures(company, status="lost")

    def test_customer_becomes_contact(self):
        """A customer who becomes somebody's contact takes the loss along; what it was worth stays."""
        company = self._create_customer("Azure", purchases=[(30, 500)], is_company=True)
        person = self._create_customer("Ann", purchases=[(20, 10)])
        loss = self.Loss.create({"partner_id": person.id})
        self.assertEqual(loss.value_year, 10)
        person.parent_id = company
        self._refresh()
        self.assertEqual((loss.partner_id, loss.contact_id), (company, person))
        self.assertEqual(loss.value_year, 10)
        self.assertFigures(company, status="lost")

    def test_merge(self):
        """Merged contacts keep the losses and reasons of both."""
        one = self._create_customer("Ann", purchases=[(30, 10)])
        two = self._create_customer("Anne", purchases=[(20, 10)])
        losses = self.Loss.create([{"partner_id": one.id}, {"partner_id": two.id}])
        one.choice_reason_ids = self.env.ref("customer_retention.retention_reason_speed")
        two.choice_reason_ids = self.env.ref("customer_retention.retention_reason_advice")
        self.env["base.partner.merge.automatic.wizard"]._merge((one | two).ids, one)
        self.assertEqual(losses.partner_id, one)
        self.assertEqual(len(one.choice_reason_ids), 2)
        self._refresh()
        self.assertFigures(one, status="lost", lifetime_value=20)

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------

    def test_event(self):
        """A recorded loss is an event of its day; a deleted one was none."""
        customer = self._create_customer()
        loss = self.Loss.create(
            {"partner_id": customer.id, "date": days_ago(4), "reason_id": self.price.id}
        )
        event = self.Event.search([("partner_id", "=", customer.id)])
        self.assertEqual((event.type, event.date), ("loss_recorded", days_ago(4)))
        self.assertEqual((event.res_model, event.res_id), ("retention.loss", loss.id))
        self.assertEqual(event.description, "Recorded as lost: Too expensive")
        self.price.name = "Costs too much"
        event.invalidate_recordset()
        self.assertEqual(event.description, "Recorded as lost: Costs too much")
        loss.unlink()
        self.assertFalse(event.exists())
