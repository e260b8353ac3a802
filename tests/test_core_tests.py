"""How the outcome of Odoo's own tests is read and compared."""

from dev.core_tests import Outcome, compare

LOG = """
2026-06-15 12:00:00,000 1 INFO db odoo.addons.crm.tests.test_a: Starting TestA.test_one ...
2026-06-15 12:00:01,000 1 INFO db odoo.addons.crm.tests.test_a: Starting TestA.test_two ...
2026-06-15 12:00:02,000 1 ERROR db odoo.addons.crm.tests.test_a: FAIL: TestA.test_two
2026-06-15 12:00:03,000 1 INFO db odoo.addons.crm.tests.test_b: Starting TestB.test_one ...
2026-06-15 12:00:04,000 1 ERROR db odoo.addons.crm.tests.test_b: ERROR: Subtest TestB.test_one (x=1)
2026-06-15 12:00:05,000 1 ERROR db odoo.sql_db: bad query: FAIL
"""


def read(log):
    outcome = Outcome()
    for line in log.splitlines():
        outcome.read(line)
    return outcome


def test_read():
    outcome = read(LOG)
    assert outcome.ran == {"TestA.test_one", "TestA.test_two", "TestB.test_one"}
    assert outcome.failed == {"TestA.test_two", "TestB.test_one"}


def test_compare():
    without = Outcome(ran={"A.a", "A.b", "A.c"}, failed={"A.b"})
    ours = Outcome(ran={"A.a", "A.b"}, failed={"A.a", "A.b"})
    assert compare(without, ours) == ({"A.a"}, {"A.b"}, {"A.c"})
