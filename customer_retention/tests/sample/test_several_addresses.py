from odoo.tests import tagged

from ..program.test_program import ProgramCase

SECOND = "second@refused.example"
# The ways in which people put two addresses into one field.
WRITTEN = (
    "one@willing.example, second@refused.example",
    "one@willing.example; Second@Refused.Example",
    '"One" <one@willing.example>, "Two" <second@refused.example>',
    "one@willing.example second@refused.example",
    "second@refused.example,one@willing.example",
    "second@refused.example",
)


@tagged("post_install", "-at_install")
class TestSeveralAddresses(ProgramCase):
    """Of several addresses in one contact none is mailed if one is on the blacklist."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.blacklist"]._add(SECOND)
        cls.survey = cls.env.ref("customer_retention.survey_survey_relationship")
        cls.refusing = cls._create_silent(len(WRITTEN))
        cls.willing = cls._create_silent(2)
        for partner, email in zip(cls.refusing, WRITTEN, strict=True):
            partner.email = email
        for number, partner in enumerate(cls.willing):
            partner.email = f"a{number}@willing.example, b{number}@willing.example"
        cls.everybody = cls.refusing | cls.willing

    def assertRefused(self, states):
        """Assert that of ``{partner: state}`` those with the refused address have ``opt_out``."""
        expected = dict.fromkeys(self.refusing, "opt_out") | dict.fromkeys(self.willing, False)
        self.assertEqual(states, expected)

    def _act_on(self, **step):
        """Return why each was skipped in a program with this step."""
        start = self.everybody
        program = self._create_program(step, pause_days=0)
        for partner in start:
            self._create_event(partner)
        self._enter(program)
        self._act()
        followups = program.enrollment_ids.followup_ids
        return {each.partner_id: each.skip_reason for each in followups}

    def test_mails_of_programs(self):
        """A mail of a program, and an activity to write one, is skipped for them."""
        template = self.env.ref("customer_retention.mail_template_late")
        email = self.env.ref("mail.mail_activity_data_email")
        before = self.env["mail.mail"].search([])
        self.assertRefused(self._act_on(channel="email", mail_template_id=template.id))
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(mails.recipient_ids, self.willing)
        self.assertRefused(self._act_on(activity_type_id=email.id))

    def test_calls(self):
        """The telephone has nothing to do with it."""
        states = self._act_on(activity_type_id=self.call.id)
        self.assertEqual(set(states.values()), {False})

    def test_surveys_of_programs(self):
        """A survey of a program is skipped for them."""
        states = self._act_on(channel="survey", survey_id=self.survey.id, purpose="survey")
        self.assertRefused(states)

    def test_sent_by_hand(self):
        """Who sends a survey by hand sees that they want none, and sends them none."""
        wizard = self.env["retention.survey.send"].create(
            {"partner_ids": self.everybody.ids, "survey": str(self.survey.id)}
        )
        self.assertEqual((wizard.asked_count, wizard.left_out_count), (2, len(WRITTEN)))
        self.assertEqual(wizard.left_out.count("wants no emails"), len(WRITTEN))
        wizard.action_send()
        asked = self.env["survey.user_input"].search([("survey_id", "=", self.survey.id)])
        self.assertEqual(asked.filtered("retention_company_id").partner_id, self.willing)

    def test_samples(self):
        """Who is drawn is replaced like anybody who wants no emails."""
        sample = self.env["retention.sample"].create({"name": "S", "survey_id": self.survey.id})
        self.assertEqual(
            sample._get_refusals(self.everybody), dict.fromkeys(self.refusing, "opt_out")
        )

    def test_one_query(self):
        """However many have several addresses, the blacklist is looked at once more than without."""
        self.everybody.mapped("commercial_partner_id.do_not_contact")
        self.everybody.mapped("is_blacklisted")
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.everybody._filter_contact_allowed("email")
        with self.assertQueryCount(0):
            self.refusing[-1:]._filter_contact_allowed("email")

    def test_wish(self):
        """Who wants no contact is not mailed by any app, at none of the addresses."""
        partner = self.willing[0]
        partner.do_not_contact = True
        listed = self.env["mail.blacklist"].search([("email", "like", "0@willing.example")])
        self.assertEqual(set(listed.mapped("email")), {"a0@willing.example", "b0@willing.example"})

    def test_portal(self):
        """Customers see on their page that they get no emails, and what they say holds for each address."""
        partner = self.refusing[0]
        self.assertFalse(partner._is_channel_open("email"))
        partner._set_channel("email", True)
        self.assertTrue(partner._is_channel_open("email"))
        partner._set_channel("email", False)
        listed = self.env["mail.blacklist"].search([("email", "in", partner._get_emails())])
        self.assertEqual(len(listed), 2)
