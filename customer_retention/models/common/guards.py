"""Guards: who is kept out or skipped, and why, as an ordered ``{reason: records}``.

A method that returns guards is extended with a row of one's own. Where several rows name a record,
the first of them is the reason that is told.
"""


def get_first_reasons(guards):
    """Return ``{record: reason}``: for each record the first of the ``guards`` that names it."""
    reasons = {}
    for reason, records in guards.items():
        for record in records:
            reasons.setdefault(record, reason)
    return reasons


def take_first(guards):
    """Return ``guards`` with each record under its first reason only."""
    seen = set()
    taken = {}
    for reason, records in guards.items():
        taken[reason] = records.filtered(lambda each: each.id not in seen)
        seen.update(records.ids)
    return taken
