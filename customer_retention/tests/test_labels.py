import ast
from pathlib import Path

from odoo import addons
from odoo.tests import TransactionCase, tagged

# Positional argument of a field that is its label, where it is not the first.
LABEL = {"Many2one": 1, "Selection": 1, "Reference": 1, "One2many": 2, "Many2many": 4}


@tagged("post_install", "-at_install")
class TestLabels(TransactionCase):
    """What our fields are called on models of Odoo."""

    def test_unlike_any_other(self):
        """No field of ours is called like one of any app of Odoo, installed or not: Odoo warns of two."""
        ours = self._get_own_labels()
        self.assertGreater(len(ours), 100)
        taken = self._get_labels_of_odoo({model for model, _label in ours})
        self.assertIn("Next Review", taken["res.partner"])  # of website_crm_partner_assign
        twice = {}
        for (model, label), name in ours.items():
            # A user has the fields of its contact, too.
            for other in {model, *{"res.partner": ["res.users"]}.get(model, [])}:
                names = taken.get(other, {}).get(label, set()) - {name}
                if names:
                    twice[f"{model}.{name}"] = (label, other, names)
        self.assertFalse(twice)

    def _get_own_labels(self):
        """Return ``{(model, label): field}`` of what our addons add to models that are not ours."""
        return {
            (model._name, field.string): name
            for model in self.env.values()
            if not model._name.startswith("retention.") and not model._abstract
            for name, field in model._fields.items()
            if len(field._modules) == 1 and "customer_retention" in field._modules[0]
        }

    def _get_labels_of_odoo(self, models):
        """Return ``{model: {label: names of fields}}`` of the source of all apps of Odoo."""
        found = {}
        for folder in addons.__path__:
            for path in Path(folder).glob("*/models/**/*.py"):
                text = path.read_text(encoding="utf-8")
                app = path.relative_to(folder).parts[0]
                if app.startswith("customer_retention") or not any(each in text for each in models):
                    continue
                for model, label, name in self._read_fields(ast.parse(text)):
                    found.setdefault(model, {}).setdefault(label, set()).add(name)
        return found

    def _read_fields(self, tree):
        """Yield model, label and name of each field that a module declares."""
        for declared in tree.body:
            if not isinstance(declared, ast.ClassDef):
                continue
            values = {
                statement.targets[0].id: statement.value
                for statement in declared.body
                if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
            }
            model = self._read_model(values)
            for name, value in values.items():
                function = getattr(value, "func", None)
                if (
                    isinstance(function, ast.Attribute)
                    and getattr(function.value, "id", "") == "fields"
                ):
                    yield model, self._read_label(name, value), name

    def _read_model(self, values):
        name = values.get("_name", values.get("_inherit"))
        if isinstance(name, ast.List) and name.elts:
            name = name.elts[0]
        return name.value if isinstance(name, ast.Constant) else None

    def _read_label(self, name, call):
        """Return the label that a field declares, else the one Odoo makes of its name."""
        place = LABEL.get(call.func.attr, 0)
        given = [each.value for each in call.keywords if each.arg == "string"]
        given += call.args[place : place + 1]
        if given and isinstance(given[0], ast.Constant) and isinstance(given[0].value, str):
            return given[0].value
        for ending in ("_ids", "_id"):
            name = name.removesuffix(ending)
        return name.replace("_", " ").title()
