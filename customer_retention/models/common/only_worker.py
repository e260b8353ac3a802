from contextlib import contextmanager
from zlib import crc32

from odoo.tools import SQL

# First half of the key of the locks of scheduled actions; the second half is the action.
LOCK = 7_286_105


@contextmanager
def only_worker(env, name):
    """Yield whether no other process is inside a block of this ``name``; with a fresh snapshot.

    The lock outlives the commits inside, so that the next batch is still alone, and it dies with
    the process. Locks of rows are not enough: a transaction that began before another one ended
    does not see what that one did, and would give a person twice as much as the limit of a day.
    """
    key = _get_key(name)
    [[alone]] = env.execute_query(SQL("SELECT pg_try_advisory_lock(%s, %s)", LOCK, key))
    if not alone:
        yield False
        return
    try:
        env["ir.cron"]._commit_progress()
        yield True
    except Exception:
        # Nothing can be asked of a transaction that failed, not even to unlock.
        env.cr.rollback()
        raise
    finally:
        env.execute_query(SQL("SELECT pg_advisory_unlock(%s, %s)", LOCK, key))


def claim(env, name):
    """Return whether no other process works at ``name``, and keep all others from it until the transaction ends.

    For what somebody waits for. Nothing is committed, so what others ended since this transaction
    began is not seen.
    """
    [[alone]] = env.execute_query(
        SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK, _get_key(name))
    )
    return alone


def _get_key(name):
    return crc32(name.encode()) >> 1
