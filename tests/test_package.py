"""The addons as packages: built, installed beside Odoo without a checkout, and installed from there."""

import configparser
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ADDON = "customer_retention"
ROOT = Path(__file__).resolve().parent.parent
# With those that install themselves beside it.
ADDONS = sorted(path.parent.name for path in ROOT.glob(f"{ADDON}*/__manifest__.py"))


def run(*command, **env):
    """Run a command, which has to succeed, and return all it said."""
    done = subprocess.run(
        [str(part) for part in command],
        env=os.environ | env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def build(folder):
    """Build the wheels as `pip wheel ./customer_retention` does, with the packages that are here."""
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder / "wheels"]
    for name in ADDONS:
        source = shutil.copytree(ROOT / name, folder / name)
        run(sys.executable, "-m", "pip", "wheel", *options, source)
    return sorted((folder / "wheels").iterdir())


def environment(folder, wheels):
    """Make an environment with the wheels, and what Odoo needs, but not the checkout; return its Python."""
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    [packages] = (folder / "venv" / "lib").glob("python*/site-packages")
    # Odoo's own packages are those of this environment; the checkout is none of them.
    others = [
        path for path in sys.path if path.endswith("-packages") and "dist-packages" not in path
    ]
    (packages / "odoo_needs.pth").write_text("\n".join(others) + "\n")
    run(
        *(sys.executable, "-m", "pip", "--python", python, "install"),
        *("--no-deps", "--no-index", "--quiet", *wheels),
    )
    return python


def configuration(folder):
    """Write a configuration that knows of no addons but Odoo's."""
    config = configparser.RawConfigParser()
    config.read(os.environ["ODOO_RC"])
    paths = config["options"]["addons_path"].split(",")
    own = [path for path in paths if not (Path(path) / ADDON).exists()]
    assert len(own) == len(paths) - 1
    config["options"]["addons_path"] = ",".join(own)
    path = folder / "odoo.conf"
    with path.open("w") as file:
        config.write(file)
    return path


def test_wheels(lend, tmp_path):
    wheels = build(tmp_path)
    assert len(wheels) == len(ADDONS)
    for name, wheel in zip(ADDONS, wheels, strict=True):
        assert wheel.name.startswith(f"odoo_addon_{name}-19.0.")
    python = environment(tmp_path, wheels)
    config = configuration(tmp_path)
    # Odoo itself stays on the path, this checkout does not.
    roots = [path for path in os.environ["PYTHONPATH"].split(os.pathsep) if Path(path) != ROOT]
    env = {"PYTHONPATH": os.pathsep.join(roots), "ODOO_RC": str(config)}
    database = lend("DEPENDENCIES")

    options = ["--stop-after-init", "--no-http", "--max-cron-threads=0", "--log-level=warn"]
    said = run(python, "-m", "odoo", "-d", database, "-i", ",".join(ADDONS), *options, **env)
    assert " WARNING " not in said and " ERROR " not in said, said
    program = f"""
import odoo.addons.{ADDON} as addon
from odoo import api, SUPERUSER_ID
from odoo.modules.registry import Registry
from odoo.tools import config
config.parse_config(["-c", {str(config)!r}, "-d", {database!r}, "--no-http"])
with Registry({database!r}).cursor() as cr:
    env = api.Environment(cr, SUPERUSER_ID, {{}})
    partner = env["res.partner"].create({{"name": "Customer"}})
    env["retention.past.purchase"].create({{"partner_id": partner.id, "amount": 42}})
    assert env["retention.run"]._refresh(env.company)
    installed = env["ir.module.module"].search([("state", "=", "installed")]).mapped("name")
    assert set({ADDONS!r}) <= set(installed), installed
    print("from", addon.__path__[0], "worth", partner.lifetime_value)
"""
    said = run(python, "-c", program, **env)
    assert f"from {tmp_path}" in said
    assert "worth 42.0" in said


def test_pages_show_pictures_that_are_there():
    """The addon's page in Odoo, and every README, name files that the package has."""
    pages = {ROOT / "README.rst": r"^\.\. image:: (\S+)"}
    for name in ADDONS:
        pages[ROOT / name / "README.rst"] = r"^\.\. image:: (\S+)"
    pages[ROOT / ADDON / "static" / "description" / "index.html"] = r'<img [^>]*src="([^"]+)"'
    found = [
        page.parent / image
        for page, pattern in pages.items()
        for image in re.findall(pattern, page.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert len(found) >= 7
    assert [str(path) for path in found if not path.is_file()] == []
