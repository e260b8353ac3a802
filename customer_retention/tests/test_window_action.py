from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged

from ..models.common.window_action import open_action, open_dialog, open_form

ACTION = "customer_retention.retention_followup_action"


@tagged("post_install", "-at_install")
class TestWindowAction(TransactionCase):
    """What buttons open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.action = cls.env.ref(ACTION)
        cls.action.write(
            {"domain": "[('state', '=', 'open')]", "context": "{'search_default_mine': 1}"}
        )

    def test_action(self):
        """An action opens the records asked for, without its own filters, otherwise as it is."""
        opened = open_action(self.env, ACTION, Domain("id", "in", [7, 8]), name="Two")
        self.assertEqual(opened["id"], self.action.id)
        self.assertEqual(opened["res_model"], "retention.followup")
        self.assertEqual((opened["domain"], opened["context"]), ([("id", "in", [7, 8])], {}))
        self.assertEqual(opened["name"], "Two")

    def test_own_domain(self):
        """Without a domain it opens its own records, with the context asked for."""
        opened = open_action(self.env, ACTION, context={"default_partner_id": 7})
        self.assertEqual(opened["domain"], "[('state', '=', 'open')]")
        self.assertEqual(opened["context"], {"default_partner_id": 7})
        # None at all is a domain, too.
        self.assertEqual(open_action(self.env, ACTION, [])["domain"], [])

    def test_form_and_dialog(self):
        """A form opens one record in place, a dialog asks above what is open."""
        form = open_form("res.partner", 7)
        self.assertEqual((form["res_model"], form["res_id"]), ("res.partner", 7))
        self.assertNotIn("target", form)
        dialog = open_dialog("res.partner", "Who?", default_name="Ann")
        self.assertEqual((dialog["name"], dialog["target"]), ("Who?", "new"))
        self.assertEqual(dialog["context"], {"default_name": "Ann"})
        self.assertNotIn("res_id", dialog)
