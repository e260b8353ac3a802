import base64

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_sample import SampleCase


@tagged("post_install", "-at_install")
class TestDrawing(SampleCase):
    """Who is drawn, and who takes the place of whom."""

    def test_sizes(self):
        """26 answers of 40 are needed, 33 are asked: the first 33 in the order of the seed."""
        sample = self._draw()
        self.assertEqual(
            (sample.state, sample.population_count, sample.needed_count, sample.wanted_count),
            ("drawn", 40, 26, 33),
        )
        self.assertEqual(sample.date, self.company._get_retention_today())
        self.assertEqual(self._get_drawn(sample).ids, self._get_order()[:33].ids)
        self.assertEqual(sample.member_ids.mapped("position"), list(range(1, 34)))

    def test_lacking(self):
        """Before anybody is asked, it says who lacks what that takes, and lists them."""
        sample = self._draw()
        drawn = self._get_drawn(sample)
        drawn.email = False
        drawn[0].email = "first@example.com"
        self.assertEqual(sample.lacking, "32 of 33 have no email address: they get no mail.")
        action = sample.action_open_lacking()
        self.assertEqual(set(action["domain"][0][2]), set(drawn[1:].ids))
        drawn.email = "all@example.com"
        self.assertFalse(sample.lacking)

    def test_reproducible(self):
        """The same seed draws the same, another one others; the order is kept to check it."""
        sample = self._draw()
        again = self._draw()
        other = self._draw(seed="july")
        self.assertEqual(self._get_drawn(again).ids, self._get_drawn(sample).ids)
        self.assertEqual(self._get_drawn(other).ids, self._get_order("july")[:33].ids)
        self.assertNotEqual(self._get_drawn(other).ids, self._get_drawn(sample).ids)
        lines = base64.b64decode(sample.order_file).decode().split("\n")
        self.assertEqual([int(line) for line in lines], self._get_order().ids)

    def test_population(self):
        """Active customers of the company that the domain finds; no prospects, nobody else's."""
        other = self._create_company("Other Company")
        elsewhere = self._create_customer("Elsewhere")
        self._create_past(elsewhere, (5, 10), company_id=other.id)
        self._refresh(other)
        self.env["res.partner"].create({"name": "Prospect"})
        self.customers[0].active = False
        self.customers[1:11].write({"ref": "chosen"})
        self.assertEqual(self._draw().population_count, 39)
        # n₀ = 67.64, / (1 + 66.64 / 10) = 8.83, so 9; / 0.8 = 11.25, not above 10.
        sample = self._draw(domain="[('ref', '=', 'chosen')]")
        self.assertEqual(
            (sample.population_count, sample.needed_count, sample.wanted_count), (10, 9, 10)
        )
        self.assertEqual(set(self._get_drawn(sample).ids), set(self.customers[1:11].ids))
        sample = self._draw(company_id=other.id)
        self.assertEqual(self._get_drawn(sample), elsewhere)

    def test_replaced(self):
        """2nd, 5th and 34th cannot be asked: 33 are found at the 36th place, three are counted."""
        order = self._get_order()
        self.refused = {order[1]: "surveyed", order[4]: "opt_out", order[33]: "surveyed"}
        sample = self._draw()
        self.assertEqual(
            self._get_drawn(sample).ids, (order[:36] - order[1] - order[4] - order[33]).ids
        )
        replaced = sample.member_ids.filtered(lambda member: member.state == "replaced")
        self.assertEqual(
            [(each.position, each.reason) for each in replaced],
            [(2, "surveyed"), (5, "opt_out"), (34, "surveyed")],
        )
        self.assertEqual((sample.member_count, sample.replaced_count), (33, 3))
        self.assertEqual(
            sample.progress,
            "3 of those drawn cannot be asked (Customer was asked a short time ago: 2, Customer "
            "does not want this channel: 1); the next take their place.",
        )

    def test_not_enough(self):
        """Where ten of 40 cannot be asked, the 30 others are drawn, and it is said."""
        self.refused = dict.fromkeys(self.customers[:10], "surveyed")
        sample = self._draw()
        self.assertEqual((sample.member_count, sample.replaced_count), (30, 10))
        self.assertEqual(
            sample.progress,
            "10 cannot be asked (Customer was asked a short time ago: 10).\n"
            "30 instead of 33: nobody else was left to ask.",
        )
        draft = self._create_sample()
        self.assertIn("Only 30 can be asked now: choose more customers, or wait.", draft.plan)
        for each in (sample, draft):
            # 80 % of 30 are 24: 1.644854 · √(0.25 / 24 · 16 / 39) = 0.10753.
            self.assertEqual(
                each.plan.splitlines()[0],
                "To know within ±10 %, at 90 % confidence, what 40 customers think, 26 answers are "
                "needed; with 80 % answering, the 30 who can be asked make 24, which is within "
                "±10.8 %.",
            )

    def test_nobody(self):
        """Where nobody can be asked it is said, and nothing is drawn for good."""
        self.refused = dict.fromkeys(self.customers, "surveyed")
        sample = self._create_sample()
        self.assertEqual(
            sample.plan,
            "To know within ±10 %, at 90 % confidence, what 40 customers think, 26 answers are "
            "needed.\n"
            "40 cannot be asked (Customer was asked a short time ago: 40).\n"
            "Nobody can be asked now: choose more customers, or wait.",
        )
        with self.assertRaisesRegex(UserError, "Nobody can be asked now"), self.cr.savepoint():
            sample.action_draw()
        self.env.invalidate_all()
        self.assertEqual((sample.state, sample.member_count), ("draft", 0))

    def test_once(self):
        """A drawn sample is not drawn again, nor changed; a copy is drawn with a seed of its own."""
        sample = self._draw()
        with self.assertRaisesRegex(UserError, "All customers is drawn already"):
            sample.action_draw()
        for name, value in (
            ("seed", "july"),
            ("domain", "[('id', '=', 1)]"),
            ("error_percent", 4),
            ("mode", "call"),
            ("survey_id", False),
        ):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, "cannot be changed"):
                sample[name] = value
        sample.write({"name": "Renamed", "seed": "june", "error_percent": 10})
        copy = sample.copy()
        self.assertEqual((copy.state, copy.date, copy.member_count), ("draft", False, 0))
        self.assertFalse(copy.order_file)
        self.assertNotEqual(copy.seed, sample.seed)

    def test_deleting(self):
        """A sample that nobody was asked for can be deleted; an asked one stays for the record."""
        sample = self._draw()
        sample.unlink()
        self.assertFalse(self.Member.search([("sample_id", "=", sample.id)]))
        sample = self._draw()
        sample.action_ask()
        with self.assertRaisesRegex(UserError, "customers were asked. Close it instead"):
            sample.unlink()

    def test_no_doubles(self):
        """A place of a sample, and an invitation, belongs to one customer: two workers cannot both."""
        sample = self._draw()
        invitation = self._create_invitations(self.survey, self.customers[:1], self.company)
        sample.member_ids[0].user_input_id = invitation
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.cr.savepoint():
            self.Member.create({"sample_id": sample.id, "position": 1})
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.cr.savepoint():
            sample.member_ids[1].user_input_id = invitation
            self.env.flush_all()

    def test_merged(self):
        """Two drawn customers who turn out to be one keep both places, and nothing else changes."""
        sample = self._draw()
        first, second = sample.member_ids.sorted("position")[:2]
        kept, merged = first.partner_id, second.partner_id
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (kept | merged).ids, kept, extra_checks=False
        )
        self.env.invalidate_all()
        self.assertEqual((first.partner_id, second.partner_id), (kept, kept))
        self.assertEqual(sample.member_count, 33)


@tagged("post_install", "-at_install")
class TestSampleInput(SampleCase):
    """What a manager reads while writing, and what is refused."""

    def test_plan(self):
        """The sentence follows what is typed, before anything is saved."""
        form = Form(self.Sample)
        form.name = "All"
        self.assertEqual(
            form.plan,
            # n₀ = 384.15, / (1 + 383.15 / 40) = 36.31; 37 / 0.3 = 123.3 are more than there are.
            # 30 % of 40 are 12: 0.979982 · √(28 / 39 / 12) = 0.23970.
            "To know within ±5 %, at 95 % confidence, what 40 customers think, 37 answers are "
            "needed; with 30 % answering, all of them make 12, which is within ±24 %.",
        )
        form.error_percent, form.confidence_percent = 10, 90
        form.response_percent = 80
        self.assertIn("26 answers are needed; with 80 % answering, ask 33.", form.plan)
        order = self._get_order(form.seed)
        # The 40th is not drawn, whoever it is.
        self.refused = {order[0]: "surveyed", order[39]: "surveyed"}
        form.survey_id = self.survey
        self.assertIn("1 of those drawn cannot be asked", form.plan)
        form.domain = "[('id', '=', 0)]"
        self.assertEqual(form.plan, "None of your customers is meant: nobody can be asked.")
        form.domain = "[('id', '='"
        self.assertIn("cannot be used to find customers", form.plan)
        form.domain = "[]"
        form.error_percent = 0
        self.assertEqual(form.plan, "Error (±%) is 0. It has to be between 0.1 and 50.")

    def test_percents(self):
        """A percent that makes no sense is named, with its value and what is allowed."""
        for name, value, message in (
            ("error_percent", 0, r"Error \(±%\) is 0. It has to be between 0.1 and 50."),
            ("error_percent", -5, r"Error \(±%\) is -5. It has to be between 0.1 and 50."),
            ("confidence_percent", 100, r"Confidence \(%\) is 100. .* between 50 and 99.99."),
            ("response_percent", 0.5, r"Expected to Answer \(%\) is 0.5. .* between 1 and 100."),
            ("response_percent", 101, r"Expected to Answer \(%\) is 101. .* between 1 and 100."),
        ):
            with (
                self.subTest(name=name, value=value),
                self.assertRaisesRegex(ValidationError, message),
            ):
                self._create_sample(**{name: value})

    def test_domain(self):
        """Hostile and broken domains are refused with a message, not a trace."""
        for domain in (
            "[('no_such_field', '=', 1)]",
            "[('id', '='",
            "__import__('os').system('true')",
            "[('id', 'between', 1)]",
            "5",
        ):
            with (
                self.subTest(domain=domain),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(ValidationError, "Customers is "),
            ):
                self._create_sample(domain=domain)

    def test_domain_the_database_refuses(self):
        """While it is typed, too, a value of the wrong kind is a message, not a trace."""
        form = Form(self.Sample)
        form.name = "All customers"
        with mute_logger("odoo.sql_db"):
            form.domain = "[('id', '>', 'x')]"
        self.assertIn("cannot be used to find customers", form.plan)
        form.domain = "[]"
        self.assertIn("answers are needed", form.plan)

    def test_incomplete(self):
        """Nothing is drawn without a survey or a program, and out of nobody."""
        with self.assertRaisesRegex(UserError, "Survey is empty"):
            self._draw(survey_id=False)
        with self.assertRaisesRegex(UserError, "Program is empty"):
            self._draw(mode="call")
        with self.assertRaisesRegex(UserError, "nobody who has bought from Retention Company"):
            self._draw(domain="[('id', '=', 0)]")
        with self.assertRaisesRegex(UserError, "is Draft. Only a sample that is drawn"):
            self._create_sample().action_ask()
        self.survey.retention_kind = False
        with self.assertRaisesRegex(ValidationError, "not made for customers"):
            self._create_sample()
