from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import days_ago
from .common_outlook import OutlookCase


@tagged("post_install", "-at_install")
class TestOutlookRefused(OutlookCase):
    """Where nothing can be said, the reason is said and nowhere a number."""

    def assertEmpty(self, sentence):
        """Assert that no customer has a number, and that the contact says why."""
        partner = self.partners[0]
        self.env.invalidate_all()
        figures = self._get_figures(partner)
        for record in (partner, figures):
            for name in ("buy_probability", "expected_value", "expected_value_year"):
                self.assertIs(record[name], False, name)
                self.assertEqual(record.read([name])[0][name], False)
                self.assertIn(record, record.search([(name, "=", False)]))
                self.assertFalse(record.search([(name, ">=", 0), ("id", "=", record.id)]))
                self.assertEqual(record.export_data([name])["datas"], [[""]])
            self.assertFalse(record.is_fading)
        self.assertEqual(partner.outlook, sentence)

    def test_never_learnt(self):
        """Before the first learning."""
        self.assertEmpty("No outlook yet: it is learnt each week from your purchases.")

    def test_too_few(self):
        """A company of its own with three customers."""
        other = self._create_company("Small")
        small = self.env["res.partner"].with_company(other).create([{"name": "S"}])
        self.Past.create(
            [
                {"partner_id": small.id, "date": days_ago(day), "amount": 5, "company_id": other.id}
                for day in (300, 10)
            ]
        )
        self._refresh(other)
        learning = self._learn(other)
        self.assertEqual(learning.state, "few")
        self.assertEqual(
            learning.state_reason, "It needs 300 customers known 180 days ago, and there were 1."
        )
        self.assertFalse(learning.weights)
        self.assertFalse(learning.trial)

    def test_quiet(self):
        """Nobody has bought for a month: the past says nothing of now."""
        with self._at(days=30 + min(d for h in self.histories for d, _a in h)):
            learning = self._learn()
            self.assertEqual(learning.state, "few")
            self.assertEqual(learning.refusal, ["quiet", 30, 30])

    def test_stale(self):
        """28 days after it was learnt it is still believed, 29 days after it is not."""
        learning = self._learn()
        self._move_back(28)
        self.assertEqual(learning.state, "ok")
        self.env.invalidate_all()
        self.assertIsNot(self.partners[0].expected_value, False)
        self._move_back(29)
        self.assertEqual(learning.state, "stale")
        self.assertIn(learning, self.Outlook.search([("state", "=", "stale")]))
        self.assertEmpty(
            "No outlook. Learnt 29 days ago, which is too long. It is learnt anew each week: please "
            "look at the scheduled action."
        )

    def test_worse(self):
        """No better than the last purchase alone: not used, with both numbers."""
        learning = self._learn()
        learning.write(
            {"result": "worse", "trial": {**learning.trial, "auc": 0.7, "recency_auc": 0.71}}
        )
        self.assertEmpty(
            "No outlook. Tried out on your own past, it was no better than looking at the last "
            "purchase (0.70 against 0.71), so it is not used."
        )

    def test_killed_half_way(self):
        """A learning that fails leaves the last good one in use, and other companies learn."""
        good = self._learn()
        other = self._create_company("Other")
        partner = self.partners[0]
        before = partner.expected_value
        learn = type(self.Outlook)._learn

        def fail_for_first(outlook, company):
            if company == self.company:
                learn(outlook, company)
                raise ValueError("Killed")
            return learn(outlook, company)

        self.patch(type(self.Outlook), "_learn", fail_for_first)
        with (
            self.enter_registry_test_mode(),
            mute_logger("odoo.addons.customer_retention.models.figures.retention_run"),
        ):
            self.env.ref("customer_retention.ir_cron_learn_outlook").method_direct_trigger()
        self.assertEqual(self.Outlook._get_latest(self.company, 90), good)
        self.env.invalidate_all()
        self.assertEqual(partner.expected_value, before)
        self.assertEqual(self.Outlook._get_latest(other, 90).result, "few")

    def test_busy(self):
        """While another has the company's lock nothing is learnt, and it is tried again later."""
        self.patch(type(self.Run), "_lock", lambda run, company: False)
        cron = self.env.ref("customer_retention.ir_cron_learn_outlook")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertFalse(self.Outlook._get_latest(self.company, 90))
        self.assertGreater(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), triggers
        )

    def test_count_now(self):
        """Whoever counts for the first time gets an outlook without waiting a week."""
        cron = self.env.ref("customer_retention.ir_cron_learn_outlook")
        Trigger = self.env["ir.cron.trigger"]
        before = Trigger.search_count([("cron_id", "=", cron.id)])
        self.Run.action_count_now()
        self.assertEqual(Trigger.search_count([("cron_id", "=", cron.id)]), before + 1)
        self._learn()
        self.Run.action_count_now()
        self.assertEqual(Trigger.search_count([("cron_id", "=", cron.id)]), before + 1)
