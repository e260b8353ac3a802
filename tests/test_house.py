"""The check of the house: a sound addon has no fault, and each kind of fault is one line."""

import pytest

from dev import addons
from dev.house import House

ADDON = "customer_retention_small"
OTHER = "customer_retention_beside"


def model(name, *lines, inherit=""):
    """Return a module that defines or extends a model, with more lines in its class."""
    first = f"_inherit = {inherit!r}" if inherit else f"_name = {name!r}"
    body = "\n    ".join([first, *lines])
    return f"from odoo import fields, models\nclass Model(models.Model):\n    {body}\n"


# Two floors: a visit knows the customer below it. Beside it, an addon that depends on it.
SOUND = {
    f"{ADDON}/__init__.py": "from . import models, report\n",
    f"{ADDON}/__manifest__.py": """{
        "name": "Small", "depends": ["base"],
        "data": ["views/visit/retention_visit_views.xml"], "demo": ["demo/retention_visit_demo.xml"],
    }""",
    f"{ADDON}/views/visit/retention_visit_views.xml": "<odoo/>",
    f"{ADDON}/demo/retention_visit_demo.xml": "<odoo/>",
    f"{ADDON}/static/src/visit.xml": "<templates/>",
    f"{ADDON}/tools/rhythm.py": "import math\n",
    f"{ADDON}/sql/visits.py": "QUERY = 'SELECT 1 FROM retention_visit'\n",
    f"{ADDON}/models/__init__.py": "# Floors.\nfrom . import customer\n\nfrom . import visit\n",
    f"{ADDON}/models/customer/__init__.py": "from . import retention_customer\n",
    f"{ADDON}/models/customer/retention_customer.py": model("retention.customer"),
    f"{ADDON}/models/visit/__init__.py": "from . import res_partner_visits\nfrom . import retention_visit\n",
    f"{ADDON}/models/visit/retention_visit.py": "from ...sql import visits\n"
    + model(
        "retention.visit",
        "customer_id = fields.Many2one('retention.customer')",
        "def _count(self):",
        "    return self.env['retention.customer'].search_count([])",
    ),
    f"{ADDON}/models/visit/res_partner_visits.py": model("", inherit="res.partner"),
    f"{ADDON}/report/__init__.py": "from . import retention_visit_report\n",
    f"{ADDON}/report/retention_visit_report.py": model(
        "retention.visit.report", "_table_query = 'SELECT 1 FROM retention_visit'"
    ),
    f"{ADDON}/tests/__init__.py": "from .visit import *\nfrom . import test_rhythm\n",
    f"{ADDON}/tests/test_rhythm.py": "",
    f"{ADDON}/tests/visit/__init__.py": "from . import test_visit\n",
    f"{ADDON}/tests/visit/test_visit.py": "",
    f"{OTHER}/__init__.py": "from . import models\n",
    f"{OTHER}/__manifest__.py": f"{{'name': 'Beside', 'depends': [{ADDON!r}]}}",
    f"{OTHER}/models/__init__.py": "from . import retention_visit\n",
    f"{OTHER}/models/retention_visit.py": f"from odoo.addons.{ADDON}.tools import rhythm\n"
    + model("", inherit="retention.visit"),
}
VISIT = f"{ADDON}/models/visit/retention_visit.py"
CUSTOMER = f"{ADDON}/models/customer/retention_customer.py"
BELOW, ABOVE = f"{ADDON}/models/customer", f"{ADDON}/models/visit"
MANIFEST = f"{ADDON}/__manifest__.py"
DATA = "views/visit/retention_visit_views.xml"


def named(where, line, what, other, below=BELOW):
    """Return the line that says that something names what is above it."""
    return f"{where}:{line}: {below} names {what} of {other}, above it"


FAULTS = {
    "a view that no manifest lists": (
        {f"{ADDON}/views/visit/more_views.xml": "<odoo/>"},
        f"{MANIFEST}: views/visit/more_views.xml is on disk, and not listed",
    ),
    "a rights file that no manifest lists": (
        {f"{ADDON}/security/ir.model.access.csv": "id\n"},
        f"{MANIFEST}: security/ir.model.access.csv is on disk, and not listed",
    ),
    "a demo file that is gone": (
        {f"{ADDON}/demo/retention_visit_demo.xml": None},
        f"{MANIFEST}: demo/retention_visit_demo.xml is listed, and not on disk",
    ),
    "a file listed twice": (
        {MANIFEST: SOUND[MANIFEST].replace(f'["{DATA}"]', f'["{DATA}", "{DATA}"]')},
        f"{MANIFEST}: {DATA} is listed twice",
    ),
    "a model that is not imported": (
        {f"{ADDON}/models/visit/__init__.py": "from . import res_partner_visits\n"},
        f"{VISIT}: is not imported by its package",
    ),
    "a room that is not imported": (
        {f"{ADDON}/models/__init__.py": "from . import customer\n"},
        f"{ADDON}/models/visit/__init__.py: the package is imported by none above",
    ),
    "a folder that is no package": (
        {f"{ADDON}/report/__init__.py": None},
        f"{ADDON}/report/retention_visit_report.py: its folder has no __init__.py",
    ),
    "two tests of one name": (
        {
            f"{ADDON}/tests/visit/test_rhythm.py": "",
            f"{ADDON}/tests/visit/__init__.py": "from . import test_visit, test_rhythm\n",
        },
        f"{ADDON}/tests/visit/test_rhythm.py: a test of this name is {ADDON}/tests/test_rhythm.py: "
        "Odoo would run one of them",
    ),
    "a loose test that is not imported": (
        {f"{ADDON}/tests/test_more.py": ""},
        f"{ADDON}/tests/test_more.py: is not imported in tests/__init__.py",
    ),
    "a test of a room that is not imported": (
        {f"{ADDON}/tests/visit/test_more.py": ""},
        f"{ADDON}/tests/visit/test_more.py: is not imported by its package",
    ),
    "a room of tests that Odoo does not walk": (
        {f"{ADDON}/tests/__init__.py": "from . import visit\nfrom . import test_rhythm\n"},
        f"{ADDON}/tests/visit/test_visit.py: tests/__init__.py lacks  from .visit import *",
    ),
    "a file that is not called like its model": (
        {
            f"{ADDON}/models/visit/route.py": model("retention.plan"),
            f"{ADDON}/models/visit/__init__.py": SOUND[f"{ADDON}/models/visit/__init__.py"]
            + "from . import route\n",
        },
        f"{ADDON}/models/visit/route.py: is named after none of its models (retention_plan)",
    ),
    "an import of what is above": (
        {CUSTOMER: "from ..visit import retention_visit\n" + SOUND[CUSTOMER]},
        named(CUSTOMER, 1, "models/visit/retention_visit", ABOVE),
    ),
    "a model above, out of the environment": (
        {CUSTOMER: model("retention.customer", "def _x(self):", "    self.env['retention.visit']")},
        named(CUSTOMER, 5, "retention.visit", ABOVE),
    ),
    "a relation to what is above": (
        {
            CUSTOMER: model(
                "retention.customer", "x_ids = fields.One2many('retention.visit', 'x_id')"
            )
        },
        named(CUSTOMER, 4, "retention.visit", ABOVE),
    ),
    "a model above that is extended": (
        {CUSTOMER: model("retention.customer", "_inherit = ['retention.visit']")},
        named(CUSTOMER, 1, "retention.visit", ABOVE),
    ),
    "a table of what is above": (
        {CUSTOMER: model("retention.customer", "QUERY = 'SELECT 1 FROM retention_visit'")},
        named(CUSTOMER, 4, "retention_visit", ABOVE),
    ),
    "a room that names a report": (
        {
            VISIT: model(
                "retention.visit", "def _x(self):", "    self.env['retention.visit.report']"
            )
        },
        named(VISIT, 5, "retention.visit.report", f"{ADDON}/report", ABOVE),
    ),
    "an addon that is not depended on": (
        {f"{OTHER}/__manifest__.py": "{'name': 'Beside', 'depends': ['base']}"},
        named(f"{OTHER}/models/retention_visit.py", 1, "retention.visit", ABOVE, f"{OTHER}/models"),
    ),
    "the main addon knowing one beside it": (
        {
            f"{OTHER}/models/retention_plan.py": model("retention.plan"),
            f"{OTHER}/models/__init__.py": "from . import retention_visit, retention_plan\n",
            VISIT: model("retention.visit", "def _x(self):", "    self.env['retention.plan']"),
        },
        named(VISIT, 5, "retention.plan", f"{OTHER}/models", ABOVE),
    ),
    "tools that import Odoo": (
        {f"{ADDON}/tools/rhythm.py": "from odoo.tools import float_round\n"},
        f"{ADDON}/tools/rhythm.py:1: tools are free of Odoo",
    ),
    "tools that import a model": (
        {f"{ADDON}/tools/rhythm.py": "from ..models.visit import retention_visit\n"},
        named(
            f"{ADDON}/tools/rhythm.py",
            1,
            "models/visit/retention_visit",
            ABOVE,
            f"{ADDON}/tools",
        ),
    ),
}


def faults(top, changed):
    """Write the sound house with changes, None for a file that is gone; return its faults."""
    for name, text in (SOUND | changed).items():
        if text is not None:
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return list(House(top).faults())


def test_a_sound_house_has_no_fault(tmp_path):
    assert faults(tmp_path, {}) == []


@pytest.mark.parametrize(("changed", "fault"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_said(tmp_path, changed, fault):
    assert fault in faults(tmp_path, changed)


def test_this_house_has_no_fault():
    assert list(House(addons.folder()).faults()) == []
