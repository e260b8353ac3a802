from unittest.mock import patch

from odoo import Command
from odoo.tests import freeze_time

from ...tools.sampling import draw_order
from ..common import NOW, RetentionCase


@freeze_time(NOW)
class SampleCase(RetentionCase):
    """40 customers who bought once, and a survey; who is refused and who is invited is noted here.

    ``faked`` says whether who may be asked, and the sending, are the test's.

    For ±10 % at 90 %: n₀ = 67.64, / (1 + 66.64 / 40) = 25.37, so 26 answers; with 80 % answering
    32.5, so 33 are asked.
    """

    faked = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls._create_customers(*[[(10, 100)]] * 40)
        for number, customer in enumerate(cls.customers):
            customer.write(
                {"email": f"customer{number}@example.com", "phone": f"+1 212 234 {number:04}"}
            )
        cls._refresh()
        cls.survey = cls.env["survey.survey"].create(
            {
                "title": "How satisfied are you?",
                "retention_kind": "relationship",
                "access_mode": "token",
                "question_and_page_ids": [
                    Command.create({"title": "How satisfied are you?", "question_type": "text_box"})
                ],
            }
        )
        cls.Sample = cls.env["retention.sample"]
        cls.Member = cls.env["retention.sample.member"]

    def setUp(self):
        super().setUp()
        self.refused, self.invited = {}, []
        if self.faked:
            self._fake()

    def _fake(self):
        """Refuse those in ``refused`` and note who is invited, instead of what does it in earnest."""

        def refusals(partners, survey, company, today):
            return {each: self.refused[each] for each in partners if each in self.refused}

        def invite(survey, partners, company, **options):
            self.invited += partners.ids
            return self._create_invitations(survey, partners, company)

        def surveyed(partners, survey, company, today):
            return {each.id for each in partners if self.refused.get(each) == "surveyed"}

        for model, name, answer in (
            ("res.partner", "_get_survey_refusals", refusals),
            ("res.partner", "_get_surveyed_ids", surveyed),
            ("survey.survey", "_check_invitation", lambda survey: None),
            ("survey.survey", "_invite", invite),
        ):
            self.startPatcher(patch.object(type(self.env[model]), name, answer))

    @classmethod
    def _create_invitations(cls, survey, partners, company):
        return cls.env["survey.user_input"].create(
            [
                {
                    "survey_id": survey.id,
                    "partner_id": partner.id,
                    "retention_company_id": company.id,
                    "retention_invite_date": company._get_retention_today(),
                }
                for partner in partners
            ]
        )

    @classmethod
    def _create_sample(cls, **values):
        return cls.Sample.create(
            {
                "name": "All customers",
                "survey_id": cls.survey.id,
                "error_percent": 10,
                "confidence_percent": 90,
                "response_percent": 80,
                "seed": "june",
                **values,
            }
        )

    @classmethod
    def _draw(cls, **values):
        sample = cls._create_sample(**values)
        sample.action_draw()
        return sample

    def _get_drawn(self, sample, state="drawn"):
        """Return the customers of ``sample`` in ``state``, in the order of drawing."""
        members = sample.member_ids.sorted("position")
        return members.filtered(lambda member: member.state == state).partner_id

    def _get_order(self, seed="june"):
        """Return all customers in the order in which ``seed`` draws them."""
        return self.customers.browse(draw_order(seed, self.customers.ids))
