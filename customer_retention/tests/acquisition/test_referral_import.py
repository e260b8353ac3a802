from time import perf_counter

from odoo.tests import tagged

from ..common import MANAGER, RetentionCase

ROWS, DEPTH = 5000, 10


@tagged("post_install", "-at_install")
class TestReferralImport(RetentionCase):
    """Referrers come in with contacts from a spreadsheet: many at once, and no bad row unnoticed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("importer", f"{MANAGER},base.group_partner_manager")
        cls.other = cls._create_company("Other Company")
        cls.ann = cls._create_customer("Ann Import")
        cls.bob = cls._create_customer("Bob Import", referred_by_id=cls.ann.id)
        cls.gemini = cls._create_customer(
            "Gemini Import", is_company=True, referred_by_id=cls.bob.id
        )
        cls.cy = cls._create_customer("Cy Import", parent_id=cls.gemini.id)
        cls.archived = cls._create_customer("Archived Import", active=False)
        cls.foreign = cls._create_customer("Foreign Import", company_id=cls.other.id)
        cls.twins = cls._create_customer("Twin Import") | cls._create_customer("Twin Import")
        cls.env["ir.model.data"].create(
            [
                {"module": "__import__", "name": name, "model": "res.partner", "res_id": partner.id}
                for name, partner in (
                    ("ann", cls.ann),
                    ("bob", cls.bob),
                    ("gemini", cls.gemini),
                    ("cy", cls.cy),
                )
            ]
        )

    def _load(self, fields, rows):
        Partner = self._as(self.env["res.partner"], self.manager)
        result = Partner.with_context(tracking_disable=True).load(fields, rows)
        self.env.flush_all()
        return result["ids"] or [], [each["message"] for each in result["messages"]]

    def test_many(self):
        """5,000 customers in lines of ten come in with everything right, within a minute."""
        rows = []
        for number in range(ROWS):
            line, place = number % (ROWS // DEPTH), number // (ROWS // DEPTH)
            referrer = f"__import__.line_{place - 1}_{line}" if place else "__import__.ann"
            rows.append([f"__import__.line_{place}_{line}", f"Imported {number}", referrer])
        started, before = perf_counter(), self.env.cr.sql_log_count
        ids, messages = self._load(["id", "name", "referred_by_id/id"], rows)
        queries, seconds = self.env.cr.sql_log_count - before, perf_counter() - started
        self.assertFalse(messages)
        self.assertEqual(len(ids), ROWS)
        # Core alone takes more than one for each row and external id; ours none for each.
        self.assertLess(queries / ROWS, 4)
        self.assertLess(seconds, 60)
        self.assertEqual(len(self.ann.referral_ids), 1 + ROWS // DEPTH)
        last = self.env.ref("__import__.line_9_7")
        names = []
        while last:
            names.append(last)
            last = last.referred_by_id
        self.assertEqual(len(names), DEPTH + 1)
        # Once more, nothing is doubled, and the day of the referral stays.
        again, messages = self._load(["id", "name", "referred_by_id/id"], rows[:50])
        self.assertFalse(messages)
        self.assertEqual(again, ids[:50])

    def test_bad_rows(self):
        """Each kind of bad row is told with its reason, and nothing of its file comes in."""
        by_id, by_db, by_name = "referred_by_id/id", "referred_by_id/.id", "referred_by_id"
        ann, bob, gemini, cy = (f"__import__.{name}" for name in ("ann", "bob", "gemini", "cy"))
        circle = "Choose somebody who does not owe"
        own = "Nobody can be brought by themselves"
        unknown = "No matching record"
        bad = [
            ("oneself", by_id, [[ann, "Ann", ann]], own),
            ("oneself, in the same file", by_id, [["x.a", "A", "x.a"]], unknown),
            ("a circle of two", by_id, [[ann, "Ann", bob]], circle),
            ("a circle of three", by_id, [[ann, "Ann", gemini]], circle),
            ("a circle through a contact", by_id, [[ann, "Ann", cy]], circle),
            ("one's own contact", by_id, [[gemini, "Gemini", cy]], own),
            ("one's own company", by_id, [[cy, "Cy", gemini]], "which was brought by"),
            ("another than the company's", by_id, [[cy, "Cy", ann]], "which was brought by Bob"),
            ("an unknown external id", by_id, [["x.a", "A", "x.nobody"]], unknown),
            ("an external id of something else", by_id, [["x.a", "A", "base.main_company"]], ""),
            ("a malformed external id", by_id, [["x.a", "A", "a b.c d.e"]], unknown),
            ("an unknown number", by_db, [["x.a", "A", "99999999"]], unknown),
            ("a number below 0", by_db, [["x.a", "A", "-1"]], unknown),
            ("no number", by_db, [["x.a", "A", "ann"]], "Invalid database id"),
            ("another company's contact", by_db, [["x.a", "A", str(self.foreign.id)]], ""),
            ("an unknown name", by_name, [["x.a", "A", "Nobody Import"]], unknown),
            ("another company's name", by_name, [["x.a", "A", "Foreign Import"]], unknown),
            ("an archived contact's name", by_name, [["x.a", "A", "Archived Import"]], unknown),
            (
                "a circle closed by the last of two rows",
                by_id,
                [["x.a", "A", ann], [ann, "Ann", "x.a"]],
                circle,
            ),
            (
                "a circle within the file",
                by_id,
                [["x.a", "A", ann], ["x.b", "B", "x.a"], ["x.a", "A", "x.b"]],
                circle,
            ),
        ]
        before = self.env["res.partner"].with_context(active_test=False).search_count([])
        for kind, column, rows, reason in bad:
            with self.subTest(kind):
                good = [
                    "x.good",
                    "Good",
                    {by_id: ann, by_db: str(self.ann.id), by_name: "Ann Import"}[column],
                ]
                ids, messages = self._load(["id", "name", column], [good, *rows])
                self.assertFalse(ids)
                self.assertTrue(messages)
                self.assertIn(reason, " ".join(messages))
                self.env.invalidate_all()
                self.assertFalse(self.ann.referred_by_id)
                self.assertEqual(self.gemini.referred_by_id, self.bob)
                self.assertEqual(
                    self.env["res.partner"].with_context(active_test=False).search_count([]), before
                )

    def test_bad_values_beside(self):
        """A wrong day or source beside the referrer is told, too; two of the same name warn."""
        for column, value, reason in (
            ("referred_date", "31/31/2026", "does not seem to be a valid"),
            ("referred_date", "yesterday", "does not seem to be a valid"),
            ("acquisition_date", "2026-02-30", "does not seem to be a valid"),
            ("acquisition_source_id", "No Such Source", "No matching record"),
            ("acquisition_medium_id/.id", "99999999", "No matching record"),
            ("acquisition_campaign_id/id", "x.nothing", "No matching record"),
            ("acquisition_origin", "somebody", "not found in selection"),
        ):
            with self.subTest(f"{column} {value}"):
                ids, messages = self._load(
                    ["name", "referred_by_id/.id", column], [["A", str(self.ann.id), value]]
                )
                self.assertFalse(ids)
                self.assertIn(reason, " ".join(messages))
        ids, messages = self._load(["name", "referred_by_id"], [["A", "Twin Import"]])
        self.assertIn("Found multiple matches", " ".join(messages))
        ids, messages = self._load(["name", "referred_by_id"], [["A", ""]])
        self.assertFalse(messages)
        self.assertFalse(self.env["res.partner"].browse(ids).referred_by_id)
