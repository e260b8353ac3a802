from datetime import date

from odoo import Command
from odoo.tests import HttpCase, tagged

# The last one is on no page of the form.
NAMES = ("preferred_name", "salutation", "preferences", "comment", "priority_id", "tz")


@tagged("post_install", "-at_install")
class TestProfileTours(HttpCase):
    """The profile in a browser: a salesperson fills it, the customer corrects it."""

    def test_form(self):
        """A salesperson sees what is missing, goes there with a click, fills and reviews."""
        seller = self.env["res.users"].create(
            {
                "name": "Seller",
                "login": "tour_seller",
                "password": "tour_seller",
                "group_ids": [
                    Command.link(self.env.ref("sales_team.group_sale_salesman").id),
                    Command.link(self.env.ref("base.group_partner_manager").id),
                ],
            }
        )
        self.env["retention.profile.field"].search([]).unlink()
        self.env["retention.profile.field"].create(
            [
                {"field_id": self.env["ir.model.fields"]._get("res.partner", name).id}
                for name in NAMES
            ]
        )
        partner = self.env["res.partner"].create({"name": "Edwin Hansen", "tz": False})
        self.start_tour(
            f"/odoo/contacts/{partner.id}", "retention_profile_form", login=seller.login
        )
        self.assertEqual(partner.preferred_name, "Edwin")
        self.assertEqual(partner.salutation, "informal")
        self.assertEqual(partner.priority_id.name, "Reliability")
        self.assertEqual(partner.preferences, "Coffee black")
        today = self.env.company._get_retention_today()
        self.assertEqual((partner.priority_date, partner.last_review_date), (today, today))
        # Four of six: all but the notes and the time zone.
        self.assertEqual(partner.profile_completeness, 67)


@tagged("post_install", "-at_install")
class TestPortalProfileTour(HttpCase):
    """The customer's own page on a phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_portal(self):
        """A customer corrects the profile; what is wrong is said and nothing typed is lost."""
        user = self.env["res.users"].create(
            {
                "name": "Edwin Hansen",
                "login": "tour_portal",
                "password": "tour_portal",
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        self.start_tour("/my", "retention_portal_profile", login="tour_portal")
        partner = user.partner_id
        self.assertEqual(partner.preferred_name, "Eddie")
        self.assertEqual(partner.birthday, date(1904, 4, 30))
        self.assertEqual(partner.interest_ids.mapped("name"), ["Music"])
        self.assertEqual(partner.priority_id.name, "Speed")
        self.assertIn("own page", partner.message_ids[0].body)
