from odoo.tests import freeze_time, tagged

from ..common import NOW, RetentionCase, days_ago


@tagged("post_install", "-at_install")
class TestReferralEvents(RetentionCase):
    """Named and converted: events of the one who brought, each told once."""

    TYPES = ("referral_named", "referral_converted")

    def _record(self, company=None, since=30):
        company = company or self.company
        return self.Event._record(company, self.TYPES, days_ago(since), days_ago(0))

    def _told(self, events):
        return sorted(
            (each.type, each.partner_id.name, each.related_partner_id.name, each.date)
            for each in events
        )

    def test_named_and_converted(self):
        """Named on the day it was recorded, converted on the first purchase day; recorded once."""
        ann = self._create_customer("Ann")
        bob = self._create_customer(
            "Bob", [(3, 50), (1, 10)], referred_by_id=ann.id, referred_date=days_ago(5)
        )
        self._refresh()
        events = self._record()
        self.assertEqual(
            self._told(events),
            [
                ("referral_converted", "Ann", "Bob", days_ago(3)),
                ("referral_named", "Ann", "Bob", days_ago(5)),
            ],
        )
        self.assertEqual(
            events.sorted("date").mapped("description"),
            [
                "Brought us Bob",
                "They brought us Bob, who bought for the first time on June 12",
            ],
        )
        self.assertEqual((events[0].res_model, events[0].res_id), ("res.partner", bob.id))
        self.assertFalse(self._record())

    def test_named_after_the_first_purchase(self):
        """Named on the day of the first purchase counts; named a day later is no conversion."""
        ann = self._create_customer("Ann")
        same_day = {"referred_by_id": ann.id, "referred_date": days_ago(3)}
        self._create_customer("Same Day", [(3, 50)], **same_day)
        self._create_customer("Day After", [(4, 50)], **same_day)
        self._refresh()
        converted = self._record().filtered(lambda event: event.type == "referral_converted")
        self.assertEqual(converted.related_partner_id.mapped("name"), ["Same Day"])

    def test_window(self):
        """Both borders of the days asked for are included."""
        ann = self._create_customer("Ann")
        for days in (31, 30, 0):
            self._create_customer(f"B{days}", referred_by_id=ann.id, referred_date=days_ago(days))
        named = self._record().related_partner_id
        self.assertEqual(sorted(named.mapped("name")), ["B0", "B30"])

    def test_replay_records_nothing(self):
        """A preview sees the past, recorded or not, in order, and writes nothing."""
        ann = self._create_customer("Ann")
        self._create_customer("Bob", [(3, 50)], referred_by_id=ann.id, referred_date=days_ago(60))
        self._refresh()
        self._record()
        before = self.Event.search_count([])
        told = self.Event._replay(self.company, self.TYPES, days_ago(90), days_ago(0))
        self.assertEqual(
            [(event["type"], event["date"]) for event in told],
            [("referral_named", days_ago(60)), ("referral_converted", days_ago(3))],
        )
        self.assertEqual(self.Event.search_count([]), before)

    def test_each_company_its_own(self):
        """Named in the company that recorded it; converted where the first purchase was made."""
        other = self._create_company("Other Company")
        ann = self._create_customer("Ann")
        bob = self._create_customer("Bob", referred_by_id=ann.id, referred_date=days_ago(9))
        self._create_past(bob, (2, 10), company_id=other.id)
        self._refresh()
        self._refresh(other)
        self.assertEqual(self._record().mapped("type"), ["referral_named"])
        self.assertEqual(self._record(other).mapped("type"), ["referral_converted"])

    def test_another_referrer_is_news(self):
        """Corrected to somebody else, the other is named; the same again is not."""
        ann, eve = self._create_customer("Ann"), self._create_customer("Eve")
        bob = self._create_customer("Bob", referred_by_id=ann.id)
        self.assertEqual(self._record().partner_id, ann)
        bob.referred_by_id = eve
        self.assertEqual(self._record().partner_id, eve)
        bob.referred_by_id = ann
        self.assertFalse(self._record())

    @freeze_time(NOW)
    def test_scheduled_action(self):
        """The daily action records the referrals of all companies."""
        ann = self._create_customer("Ann")
        self._create_customer("Bob", referred_by_id=ann.id)
        with self.enter_registry_test_mode():
            self.env.ref("customer_retention.ir_cron_record_events").method_direct_trigger()
        self.assertEvents(ann, ("referral_named", False, False))

    def test_recorded_once_after_a_merge(self):
        """Events of the last days are not told again where either side was merged meanwhile."""
        ann, eve = self._create_customer("Ann"), self._create_customer("Eve")
        bob, flo = (
            self._create_customer(name, [(3, 50)], referred_by_id=ann.id, referred_date=days_ago(5))
            for name in ("Bob", "Flo")
        )
        self._refresh()
        self.assertEqual(len(self._record()), 4)
        for survivor, merged in ((eve, ann), (flo, bob)):
            wizard = self.env["base.partner.merge.automatic.wizard"].create({})
            wizard._merge((survivor | merged).ids, survivor, extra_checks=False)
            self.env.invalidate_all()
            self._refresh()
            self.assertFalse(self._record())
        self.assertEqual(flo.referred_by_id, eve)
