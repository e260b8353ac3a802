import logging
from typing import NamedTuple

from psycopg2.errors import LockNotAvailable, UniqueViolation
from psycopg2.extensions import TransactionRollbackError

from odoo import models
from odoo.exceptions import LockError

_logger = logging.getLogger(__name__)

# Somebody else works on the same rows: nothing is wrong with them, and a later run meets them again.
BUSY = (TransactionRollbackError, LockNotAvailable, UniqueViolation, LockError)


class Outcome(NamedTuple):
    """What was not done of some records."""

    failed: models.BaseModel
    """Those for which it failed, each alone; it stands in the log."""
    busy: models.BaseModel
    """Those that somebody else works on: left for the next run."""


def isolated(records, work, name):
    """Do ``work(records)`` in a savepoint; where that fails, each half, so that one record stops no other.

    What fails for one record alone is logged as an error with its model and number.

    :param work: a function of some of ``records``, of the same model and environment
    :param name: what was to be done, for the log
    :return: :class:`Outcome`: what was not done; all else was
    """
    none = records.browse()
    if not records:
        return Outcome(none, none)
    try:
        with records.env.cr.savepoint():
            work(records)
        return Outcome(none, none)
    except BUSY:
        _logger.info(
            "%s: %s of %s are left for the next run, somebody else works on them",
            name,
            len(records),
            records._name,
        )
        return Outcome(none, records)
    except Exception:
        if len(records) == 1:
            _logger.exception("%s: it fails for %s", name, records)
            return Outcome(records, none)
    middle = len(records) // 2
    first, second = (isolated(half, work, name) for half in (records[:middle], records[middle:]))
    return Outcome(first.failed + second.failed, first.busy + second.busy)
