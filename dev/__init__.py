"""The developer tool behind `make`: Odoo, PostgreSQL, databases, tests."""

import sys

# Before anything newer is read, and so in the words of an old Python.
if sys.version_info < (3, 10):  # noqa: UP036
    sys.exit(
        "✗ Odoo 19 needs Python 3.10 or later, and this is "
        + sys.version.split()[0]
        + ": name another one, as in  make run PYTHON=/path/to/python3"
    )
