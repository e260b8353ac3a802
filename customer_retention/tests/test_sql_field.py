from odoo.fields import Domain
from odoo.tests import tagged

from ..models.common.sql_field import OptionalFloat, OptionalMonetary
from .common import MANAGER, RetentionCase


@tagged("post_install", "-at_install")
class TestSqlField(RetentionCase):
    """Fields without a column, made by ``sql_field``, are searched and sorted as if they had one."""

    def _get_sql_fields(self):
        """Yield the fields that ``sql_field`` made, of all models, as ``model, field``."""
        for model in self.env.values():
            for field in model._fields.values():
                name = getattr(field.search, "__qualname__", "")
                if name.startswith("sql_field.") and not field.inherited:
                    yield model.sudo(False), field

    def test_all(self):
        """Each is searched by its own name: who has it and who has not are all there are."""
        partner, _other = self._create_customers([(5, 100), (95, 100)], [(200, 10)])
        partner.household_id = self.env["retention.household"].create({"name": "Hansen"})
        self._refresh()
        # Who may read all of them, also those that addons keep for a group of their own.
        groups = {MANAGER}
        for _model, field in self._get_sql_fields():
            groups.update((field.groups or MANAGER).split(","))
        reader = self._create_user("sql_field_reader", ",".join(sorted(groups)))
        found = set()
        for model, field in self._get_sql_fields():
            model = self._as(model, reader)
            with self.subTest(model=model._name, field=field.name):
                found.add((model._name, field.name))
                self.assertFalse(field.store)
                everybody = model.search([])
                with_value = model.search([(field.name, "!=", False)])
                without = model.search([(field.name, "=", False)])
                self.assertFalse(with_value & without)
                self.assertEqual(with_value | without, everybody)
                # Of a number that may be empty, 0 is a value.
                is_optional = isinstance(field, (OptionalFloat, OptionalMonetary))
                for record in with_value[:5]:
                    value = record[field.name]
                    self.assertTrue(value is not False if is_optional else value)
                if field.type != "json":
                    self.assertEqual(
                        model.search([], order=f"{field.name} DESC, id").sorted("id"), everybody
                    )
        for expected in (
            ("res.partner", "value_year"),
            ("res.partner", "last_thanks_date"),
            ("res.partner", "household_is_gold"),
            ("res.partner", "satisfaction_level"),
            ("res.partner", "open_followup_count"),
            ("retention.customer", "days_late"),
            ("retention.household", "is_gold"),
        ):
            self.assertIn(expected, found)

    def test_conditions(self):
        """Ranges and lists mean what they mean on a column; nothing is zero."""
        best, other = self._create_customers([(5, 100)], [(5, 40)])
        never = self.env["res.partner"].create({"name": "Never"})
        self._refresh()
        people = Domain("id", "in", (best | other | never).ids)
        for operator, value, expected in (
            (">", 40, best),
            (">=", 40, best | other),
            ("in", [40, 100], best | other),
            ("in", [0], never),
            ("not in", [100], other | never),
            ("=", False, never),
        ):
            with self.subTest(operator=operator, value=value):
                seen = self.env["res.partner"].search(
                    people & Domain("value_year", operator, value)
                )
                self.assertEqual(seen, expected)
