"""An addon dropped into the repository: every command finds it, without a list to keep."""

from pathlib import Path

import pytest

from dev import addons, checks, i18n, readme, run, test
from dev.house import House
from dev.odoo_tree import Tree

MAIN, SMALL = addons.PREFIX, f"{addons.PREFIX}_small"
FILES = {
    f"{MAIN}/__manifest__.py": "{'name': 'Main', 'license': 'LGPL-3', 'depends': ['sale']}",
    f"{SMALL}/__manifest__.py": f"""{{
        'name': 'Small', 'license': 'LGPL-3', 'depends': [{MAIN!r}, 'digest'],
        'summary': 'Something beside it', 'data': ['views/small_views.xml'],
    }}""",
    f"{SMALL}/views/small_views.xml": "<odoo/>",
    f"{SMALL}/readme/DESCRIPTION.rst": "What it is for.",
    f"{SMALL}/tests/__init__.py": "from . import test_small\n",
    f"{SMALL}/tests/test_small.py": "",
}


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with the first addon and a second one, and an Odoo that has what they need."""
    odoo = {f"odoo/addons/{name}/__manifest__.py": "{}" for name in ("sale", "digest")}
    for name, text in (FILES | odoo).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setenv("ADDONS_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odoo" / "release.py").touch()
    return tmp_path


@pytest.fixture
def names(checkout):
    """The addons that the tool finds there."""
    return addons.installable(Tree(checkout, ()))


def test_it_is_installed_with_what_it_needs(names):
    assert names == [MAIN, SMALL]
    assert addons.external(names) == ["digest", "sale"]


def test_it_is_left_out_where_odoo_lacks_what_it_needs(checkout, capsys):
    (checkout / "odoo" / "addons" / "digest" / "__manifest__.py").unlink()
    assert addons.installable(Tree(checkout, ())) == [MAIN]
    assert f"{SMALL} is left out: this Odoo has no digest" in capsys.readouterr().out


def test_a_change_of_it_makes_new_databases(checkout, names):
    before = addons.source_key(names)
    (checkout / SMALL / "tests" / "test_small.py").write_text("# a change of a test does not")
    assert addons.source_key(names) == before
    (checkout / SMALL / "views" / "small_views.xml").write_text("<odoo><data/></odoo>")
    assert addons.source_key(names) != before


def test_its_tests_run(names):
    arguments, files = test.targets(names, "")
    assert f"{SMALL}/tests/test_small.py" in arguments
    assert addons.folder() / SMALL / "tests" / "test_small.py" in files


@pytest.mark.parametrize("checker", ["pylint-odoo", "oca-module"])
def test_it_is_checked(checkout, monkeypatch, checker):
    monkeypatch.setattr(checks, "environment", lambda: Path("programs"))
    assert str(checkout / SMALL) in checks.command(checker, fix=False)


def test_it_belongs_to_the_house(checkout):
    (checkout / SMALL / "views" / "forgotten_views.xml").write_text("<odoo/>")
    [fault] = House(addons.folder()).faults()
    assert fault == f"{SMALL}/__manifest__.py: views/forgotten_views.xml is on disk, and not listed"


def test_its_readme_is_written(checkout):
    assert readme.check() == 1
    readme.write()
    assert "What it is for." in (checkout / SMALL / "README.rst").read_text()
    assert readme.check() == 0


def test_its_terms_have_a_place(checkout):
    assert i18n.template(SMALL) == checkout / SMALL / "i18n" / f"{SMALL}.pot"


def test_make_run_installs_it(checkout, monkeypatch):
    """What a newcomer opens has every addon, and Odoo's app in which quotations are found."""
    installed = []

    class Shop:
        tree = Tree(checkout, ())
        server = None

        def install(self, database, label, arguments):
            installed.append((database, arguments))

    class Databases:
        def __init__(self, server):
            self.known = {}

        def marks(self):
            return {}

        drop = create = lambda self, name: None

        def mark(self, name, mark):
            self.known[name] = mark

    monkeypatch.setattr(run, "Databases", Databases)
    run.prepare(Shop(), "retention_trial", demo=True)
    [(database, arguments)] = installed
    assert database == "retention_trial"
    assert arguments == ["-i", f"{MAIN},{SMALL},sale_management", "--with-demo"]
