from unittest.mock import patch

from odoo.tests import tagged

from ...models.common.guards import get_first_reasons, take_first
from .test_program import ProgramCase


@tagged("post_install", "-at_install")
class TestGuard(ProgramCase):
    """Who is kept out and what is skipped: rows of reasons, to which an addon adds its own."""

    def _add_row(self, model, name, reason, ids, first=False):
        """Extend the guards of ``model`` by a row for what belongs to the customers ``ids``."""
        method = getattr(type(model), name)

        def extended(records, *args):
            guards = method(records, *args)
            among = records if name == "_get_step_guards" else args[1]
            row = {reason: among.filtered(lambda each: each.partner_id.id in ids)}
            return {**row, **guards} if first else {**guards, **row}

        self.startPatcher(patch.object(type(model), name, extended))

    def test_first_reason(self):
        """Of two rows that name somebody the upper one is told; an empty row tells nothing."""
        one, two, three = partners = self.env["res.partner"].create(
            [{"name": name} for name in "123"]
        )
        guards = {"nobody": partners.browse(), "upper": one | two, "lower": two | three}
        self.assertEqual(get_first_reasons(guards), {one: "upper", two: "upper", three: "lower"})
        self.assertEqual(
            take_first(guards), {"nobody": partners.browse(), "upper": one | two, "lower": three}
        )

    def test_entry(self):
        """A row of an addon keeps customers out, in both arms alike, by the reason that stands first."""
        program = self._create_program(holdout_percent=50)
        partners = self._create_silent(20)
        partners[0].active = False
        self._add_row(self.Enrollment, "_get_entry_guards", "same_answer", partners[:10].ids)
        reasons = {each.partner_id: each.reason for each in self._enter(program)}
        self.assertEqual(
            [reasons[each] for each in partners],
            ["archived"] + ["same_answer"] * 9 + [False] * 10,
        )
        refused = program.enrollment_ids.filtered(lambda each: each.state == "refused")
        self.assertEqual(refused.mapped("arm"), [False] * 10)

    def test_entry_above(self):
        """A row that an addon puts above the others is told instead of them."""
        program = self._create_program()
        partners = self._create_silent(2)
        partners[0].active = False
        self._add_row(self.Enrollment, "_get_entry_guards", "same_answer", partners.ids, first=True)
        self.assertEqual(self._enter(program).mapped("reason"), ["same_answer", "same_answer"])

    def test_kept_out_starts_no_pause(self):
        """Who is kept out does not keep out somebody of the same address."""
        program = self._create_program()
        first, second, third = self._create_silent(3, email="office@example.com")
        self._add_row(self.Enrollment, "_get_entry_guards", "same_answer", first.ids)
        self.assertEntered(
            program,
            (first, "refused", "same_answer"),
            (second, "open", False),
            (third, "refused", "pause"),
        )

    def test_step(self):
        """A row of an addon skips a step, and the next one follows."""
        program = self._create_program({}, {})
        partners = self._create_silent(2)
        self._enter(program)
        self._add_row(self.Followup, "_get_step_guards", "own", partners[1].ids)
        followups = self._act()
        self.assertEqual(
            [(each.partner_id, each.state, each.skip_reason) for each in followups.sorted("id")],
            [
                (partners[0], "open", False),
                (partners[1], "skipped", "own"),
                (partners[1], "planned", False),
            ],
        )

    def test_same_person(self):
        """Contacts of one email address or phone number are one person, whatever is archived."""
        ann, bob, cid, dan = self.env["res.partner"].create(
            [
                {"name": "Ann", "email": "Ann@example.com", "phone": "+16505550100"},
                {"name": "Bob", "email": "ann@EXAMPLE.com"},
                {"name": "Cid", "phone": "+16505550100", "active": False},
                {"name": "Dan"},
            ]
        )
        query = (ann | dan)._get_same_person_query()
        self.assertCountEqual(
            self.env.execute_query(query),
            [(ann.id, ann.id), (ann.id, bob.id), (ann.id, cid.id), (dan.id, dan.id)],
        )
