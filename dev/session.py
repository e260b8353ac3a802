"""An Odoo environment for the tool's own programs, which run in Odoo's Python."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odoo.api import Environment


@contextmanager
def environment(database: str) -> Iterator[Environment]:
    """Open a database as the technical user; commit at the end, roll back on any error."""
    import odoo.modules.registry
    from odoo import api, netsvc
    from odoo.tools import config

    options = ["-c", os.environ["ODOO_RC"], "-d", database, "--log-level=error"]
    config.parse_config([*options, "--max-cron-threads=0", "--no-http"])
    netsvc.init_logger()
    logging.getLogger().setLevel(logging.ERROR)
    threading.current_thread().dbname = database
    registry = odoo.modules.registry.Registry(database)
    with registry.cursor() as cr:
        yield api.Environment(cr, api.SUPERUSER_ID, {})
