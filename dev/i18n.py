"""`make i18n`: the template of translations of each addon, exported anew by Odoo itself."""

from __future__ import annotations

import os
import re
from pathlib import Path

from dev import addons, say, test, workshop
from dev.cache import ROOT
from dev.database import Databases


def template(name: str) -> Path:
    """Return where an addon keeps its template."""
    return addons.folder() / name / "i18n" / f"{name}.pot"


def terms(text: str) -> str:
    """Return a template without the moment it was made at."""
    return re.sub(r'^"(POT-Creation|PO-Revision)-Date: .*\n', "", text, flags=re.M)


def main() -> int:
    """Export them; a file whose terms are the same stays as it is."""
    os.chdir(ROOT)
    with workshop.opened() as shop:
        names = addons.installable(shop.tree)
        databases = Databases(shop.server)
        _base, ours = test.templates(shop, databases, names, tours=False)
        before = {name: path.read_text() for name in names if (path := template(name)).exists()}
        with databases.copy(ours) as database:
            options = ["-c", str(shop.config), "-d", database]
            code = shop.run(shop.command(["i18n", "export", *options, *names]))
        for name in names:
            path = template(name)
            if not path.exists():
                continue
            text = path.read_text()
            path.write_text(terms(text))
            changed = terms(text) != before.get(name)
            say.note(f"{os.path.relpath(path)} is {'new' if changed else 'as it was'}")
    return code


if __name__ == "__main__":
    say.run(main)
