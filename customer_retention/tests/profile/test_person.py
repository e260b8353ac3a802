from unittest.mock import patch

from odoo.tests import tagged

from ..common import RetentionCase

FORMAT = "odoo.addons.phone_validation.tools.phone_validation.phone_format"


@tagged("post_install", "-at_install")
class TestPerson(RetentionCase):
    """National and international form of a number are one person where the library phonenumbers is there."""

    NUMBERS = ("(202) 555-0142", "+1 202-555-0142")

    def _create_two(self):
        country = self.env.ref("base.us")
        return self.env["res.partner"].create(
            [
                {"name": f"Two {number}", "phone": number, "country_id": country.id}
                for number in self.NUMBERS
            ]
        )

    def test_with(self):
        """The tool's environment has it."""
        first, second = self._create_two()
        self.assertEqual(first._get_addresses(), {("phone", "+12025550142")})
        self.assertEqual(second._get_addresses(), first._get_addresses())
        self.assertEqual(first.look_alike_ids, second)

    def test_without(self):
        """Without it each form is a number of its own, and nothing fails."""

        def plain(number, *_args, **_kwargs):
            return number

        with patch(FORMAT, plain):
            first, second = self._create_two()
            self.assertTrue(first._get_addresses().isdisjoint(second._get_addresses()))
            self.assertFalse(first.look_alike_ids)
            refusals = (first | second)._get_survey_refusals(self._get_survey(), self.company)
            self.assertEqual(refusals, {first: "no_email", second: "no_email"})

    def _get_survey(self):
        return self.env.ref("customer_retention.survey_survey_after_sale")
