from psycopg2.errors import DeadlockDetected, LockNotAvailable, UniqueViolation

from odoo.exceptions import LockError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..models.common.isolated import isolated

LOGGER = "odoo.addons.customer_retention.models.common.isolated"


@tagged("post_install", "-at_install")
class TestIsolated(TransactionCase):
    """What fails for one record stops no other, and is told from what somebody else works on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tags = cls.env["res.partner.category"].create(
            [{"name": str(number)} for number in range(1, 8)]
        )

    def _do(self, records, fault, bad):
        """Rename ``records`` with a ``fault`` for those of ``bad``; return the outcome and the calls."""
        calls = []

        def work(some):
            calls.append(some)
            some.color = 99
            if some & bad:
                raise fault
            some.name = "done"

        return isolated(records, work, "Rename"), calls

    def test_nothing_fails(self):
        """Where nothing is wrong the work is done once, for all together; for nobody not at all."""
        outcome, calls = self._do(self.tags, ValueError, self.tags.browse())
        self.assertEqual(calls, [self.tags])
        self.assertFalse(outcome.failed or outcome.busy)
        self.assertEqual(self._do(self.tags.browse(), ValueError, self.tags)[1], [])

    def test_some_fail(self):
        """Two of seven fail: the five others are done, and of the two nothing is left but a line each."""
        bad = self.tags[1] | self.tags[5]
        with self.assertLogs(LOGGER, "ERROR") as logs:
            outcome, _calls = self._do(self.tags, ZeroDivisionError, bad)
        self.assertEqual((outcome.failed, outcome.busy), (bad, self.tags.browse()))
        self.assertEqual((self.tags - bad).mapped("name"), ["done"] * 5)
        self.assertEqual(bad.mapped("name"), ["2", "6"])
        self.assertNotIn(99, bad.mapped("color"))
        lines = [line.split("\n")[0] for line in logs.output]
        self.assertEqual(
            lines,
            [f"ERROR:{LOGGER}:Rename: it fails for {each}" for each in bad],
        )

    def test_busy(self):
        """Locks, deadlocks and rows made meanwhile are no errors: all together waits for the next run."""
        for fault in (LockNotAvailable, DeadlockDetected, UniqueViolation, LockError("locked")):
            with self.subTest(fault=fault), self.assertNoLogs(LOGGER, "WARNING"):
                outcome, calls = self._do(self.tags, fault, self.tags[3])
                self.assertEqual(len(calls), 1)
                self.assertEqual((outcome.failed, outcome.busy), (self.tags.browse(), self.tags))
                self.assertEqual(self.tags[0].name, "1")

    def test_database_error(self):
        """What the database refuses is rolled back alone: the transaction goes on."""
        bad = self.tags[2]

        def work(some):
            some.name = "done"
            if bad in some:
                self.env.cr.execute("SELECT 1 / 0")

        with self.assertLogs(LOGGER, "ERROR"), mute_logger("odoo.sql_db"):
            outcome = isolated(self.tags, work, "Divide")
        self.assertEqual(outcome.failed, bad)
        self.assertEqual((self.tags - bad).mapped("name"), ["done"] * 6)
        self.assertEqual(bad.name, "3")
