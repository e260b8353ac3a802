from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.customer_retention.tests.common import Json2Case

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintJson2(ComplaintCase, Json2Case):
    """Complaints from outside: each user reads and does what their rights say, and no more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._create_user("complaint_json_clerk", "base.group_user")
        cls.mine = cls._note(cls.customer)
        cls.stranger = cls.env["res.partner"].create({"name": "Stranger", "user_id": cls.leader.id})
        cls.theirs = cls._note(cls.stranger)

    @classmethod
    def _note(cls, partner):
        values = {"name": "The lamp flickers", "partner_id": partner.id}
        return cls.Complaint.create({**values, "company_id": cls.company.id})

    def _ask(self, user, method, model="retention.complaint", **arguments):
        with mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2"):
            return self._call(user, model, method, **arguments)

    def test_reading(self):
        """A salesperson reads own customers' complaints, nobody else any of a colleague's."""
        fields = ["name", "next_due"]
        for user, complaint, expected in (
            (self.sam, self.mine, 200),
            (self.sam, self.theirs, 403),
            (self.leader, self.theirs, 200),
            (self.manager, self.theirs, 200),
            (self.clerk, self.mine, 403),
        ):
            with self.subTest(user=user.login, complaint=complaint.partner_id.name):
                status, _rows = self._ask(user, "read", ids=complaint.ids, fields=fields)
                self.assertEqual(status, expected)

    def test_searching_and_grouping(self):
        """What cannot be read is neither found nor counted."""
        domain = [["id", "in", (self.mine | self.theirs).ids]]
        for user, expected in ((self.sam, 1), (self.leader, 2), (self.manager, 2)):
            with self.subTest(user=user.login):
                self.assertEqual(self._ask(user, "search_count", domain=domain), (200, expected))
                status, groups = self._ask(
                    user,
                    "formatted_read_group",
                    domain=domain,
                    groupby=["kind"],
                    aggregates=["__count"],
                )
                self.assertEqual(status, 200)
                self.assertEqual(sum(group["__count"] for group in groups), expected)
        for method, arguments in (
            ("search_count", {}),
            ("formatted_read_group", {"groupby": ["kind"], "aggregates": ["__count"]}),
        ):
            status, _error = self._ask(self.clerk, method, domain=domain, **arguments)
            self.assertEqual(status, 403)

    def test_noting(self):
        """Two values make a complaint of an own customer; a colleague's customer is refused."""
        for partner, expected in ((self.customer, 200), (self.stranger, 403)):
            status, _answer = self._ask(
                self.sam,
                "create",
                vals_list=[{"name": "Broken", "partner_id": partner.id}],
            )
            self.assertEqual(status, expected)
        made = self.Complaint.search([("name", "=", "Broken")])
        self.assertEqual(made.partner_id, self.customer)
        self.assertTrue(made.answer_deadline)

    def test_clocks(self):
        """Nobody sets a deadline, and private methods are not there."""
        ids = self.mine.ids
        vals = {"answer_deadline": "2030-01-01 00:00:00"}
        before = self.mine.answer_deadline
        status, error = self._ask(self.manager, "write", ids=ids, vals=vals)
        self.assertEqual(status, 403)
        self.assertIn("Solve By", error["message"])
        status, _error = self._ask(self.manager, "_close", ids=ids, kind="solved")
        self.assertIn(status, (403, 404))
        self.mine.invalidate_recordset()
        self.assertEqual(self.mine.answer_deadline, before)
        self.assertEqual(self._ask(self.sam, "action_solve", ids=ids)[0], 200)
        self.assertEqual(self.mine.kind, "solved")
        self.assertEqual(self._ask(self.sam, "action_solve", ids=self.theirs.ids)[0], 403)
        self.assertEqual(self.theirs.kind, "new")

    def test_address(self):
        """A manager names the address; what its mails make, and where, is not theirs to say."""
        inbox = self.env["retention.complaint.inbox"].create({"company_id": self.company.id})
        model = "retention.complaint.inbox"
        ids = inbox.ids
        status, _answer = self._ask(
            self.manager, "write", model, ids=ids, vals={"alias_name": "wrong-again"}
        )
        self.assertEqual(status, 200)
        before = inbox.alias_defaults
        for name, value in (
            ("alias_defaults", "{'company_id': 1}"),
            ("alias_id", self.env["mail.alias"].search([], limit=1).id),
            ("alias_model_id", self.env["ir.model"]._get_id("res.partner")),
            ("alias_force_thread_id", self.theirs.id),
        ):
            with self.subTest(name=name):
                status, error = self._ask(self.manager, "write", model, ids=ids, vals={name: value})
                self.assertEqual(status, 403)
                self.assertIn(name, error["message"])
                vals_list = [{"company_id": self.company.id, name: value}]
                status, error = self._ask(self.manager, "create", model, vals_list=vals_list)
                self.assertEqual(status, 403)
                self.assertIn(name, error["message"])
                # What the context proposes is refused like what is given.
                status, error = self._ask(
                    self.manager,
                    "create",
                    model,
                    vals_list=[{"company_id": self.company.id}],
                    context={f"default_{name}": value},
                )
                self.assertEqual(status, 403)
                self.assertIn(name, error["message"])
        inbox.invalidate_recordset()
        self.assertEqual(inbox.alias_name, "wrong-again")
        self.assertEqual(inbox.alias_defaults, before)
