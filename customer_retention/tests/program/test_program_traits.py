from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...models.event.retention_event_traits import Traits
from .test_program import ProgramCase


@tagged("post_install", "-at_install")
class TestProgramTraits(ProgramCase):
    """What the type of an event says about itself, the engine takes over: also types of other addons."""

    def _set_traits(self, **traits):
        self.patch(self.registry["retention.event"], "_get_type_traits", lambda _self: traits)

    def test_never_held_out(self):
        """A program on a type that is never held out takes no comparison group."""
        self._set_traits(status=Traits(is_never_held_out=True))
        program = self._create_program(start=False)
        with self.assertRaisesRegex(ValidationError, "Held Out is 10"):
            program.holdout_percent = 10
        self._set_traits()
        program.holdout_percent = 10

    def test_ends_on_purchase(self):
        """Whether a purchase ends a program is proposed by the type of its event."""
        self._set_traits(status=Traits(ends_on_purchase=False))
        self.assertFalse(self._create_program(start=False).exit_on_purchase)
        self._set_traits()
        self.assertTrue(self._create_program(start=False).exit_on_purchase)

    def test_conditions(self):
        """The values before and after a change are narrowed by the fields that the type names."""
        self._set_traits(status=Traits(conditions=("status_from", None)))
        program = self._create_program(start=False, status_from="late")
        late, active = self._create_silent(2)
        self.Event.search([("partner_id", "=", active.id)]).old_value = "active"
        found = self.Event.search(program._get_event_domain())
        self.assertIn(late, found.partner_id)
        self.assertNotIn(active, found.partner_id)
        self._set_traits()
        self.assertIn(active, self.Event.search(program._get_event_domain()).partner_id)
