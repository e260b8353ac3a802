"""`dev/odoo`: the real command line of Odoo, with what it needs set up first."""

from __future__ import annotations

import sys

from dev import say, workshop


def main() -> int:
    """Run Odoo with the arguments given."""
    with workshop.opened() as shop:
        return shop.run(shop.command(sys.argv[1:]))


if __name__ == "__main__":
    say.run(main)
