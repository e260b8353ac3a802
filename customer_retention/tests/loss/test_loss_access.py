from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..common import ALL, MANAGER, OWN, TODAY, RetentionCase, days_ago

MODELS = (
    "retention.mention",
    "retention.loss",
    "retention.loss.report",
    "retention.loss.call",
    "retention.choice.report",
)


class LossesAccessCase(RetentionCase):
    """Two salespeople with a customer each, and one customer of nobody; each was lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.price = cls.env.ref("crm.lost_reason_1")
        cls.speed = cls.env.ref("customer_retention.retention_reason_speed")
        cls.ann = cls._create_user("ann", f"{OWN},base.group_allow_export")
        cls.bob = cls._create_user("bob", ALL)
        cls.chief = cls._create_user("chief", MANAGER)
        cls.clerk = cls._create_user("clerk")
        cls.of_ann = cls._create_customer("Of Ann", purchases=[(10, 1)], user_id=cls.ann.id)
        cls.of_bob = cls._create_customer("Of Bob", purchases=[(10, 2)], user_id=cls.bob.id)
        cls.of_nobody = cls._create_customer("Of Nobody", purchases=[(10, 4)])
        cls.customers = cls.of_ann | cls.of_bob | cls.of_nobody
        cls.customers.choice_reason_ids = cls.speed
        cls.losses = cls.env["retention.loss"].create(
            [
                {"partner_id": customer.id, "reason_id": cls.price.id, "date": days_ago(1)}
                for customer in cls.customers
            ]
        )
        cls.env.flush_all()


@tagged("post_install", "-at_install")
class TestLossesAccess(LossesAccessCase):
    """Who reads and writes reasons and losses."""

    def test_own_and_unassigned(self):
        """With own documents only: own and unassigned customers, in every list and report."""
        for model in MODELS:
            with self.subTest(model=model):
                seen = self._as(self.env[model], self.ann).search([]).partner_id
                self.assertEqual(set(seen.ids), set((self.of_ann | self.of_nobody).ids))

    def test_all(self):
        for user in (self.bob, self.chief):
            for model in MODELS:
                with self.subTest(model=model, user=user.login):
                    seen = self._as(self.env[model], user).search([]).partner_id
                    self.assertEqual(set(seen.ids), set(self.customers.ids))

    def test_read_group(self):
        """Totals hold what the reader may see: 1 + 4 of 7."""
        self.assertEqual(
            self._as(self.env["retention.loss"], self.ann)._read_group(
                [], ["reason_id"], ["value_year:sum"]
            ),
            [(self._as(self.price, self.ann), 5)],
        )
        Report = self._as(self.env["retention.loss.report"], self.ann)
        self.assertEqual(Report._read_group([], [], ["amount:sum"]), [(5,)])

    def test_no_sales_group(self):
        """Without a sales group nothing is read, on the contact neither."""
        for model in MODELS:
            with self.subTest(model=model), self.assertRaises(AccessError):
                self._as(self.env[model], self.clerk).search([])
        partner = self._as(self.of_ann, self.clerk)
        for name in (
            "choice_reason_ids",
            "deal_breaker_ids",
            "deal_breaker_summary",
            "retention_mention_ids",
            "retention_loss_ids",
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                partner.read([name])
            self.assertNotIn(name, partner.fields_get())

    def test_portal(self):
        """Portal users read and search nothing of it."""
        portal = self._create_user("portal", "base.group_portal")
        company_partner = self._as(self.env["res.partner"], portal)
        with self.assertRaises(AccessError):
            portal.partner_id.with_user(portal).read(["choice_reason_ids"])
        with self.assertRaises(AccessError):
            company_partner.search([("deal_breaker_ids", "in", self.price.ids)])
        with self.assertRaises(AccessError):
            self._as(self.env["retention.mention"], portal).search([])

    def test_hidden_customer_reads_empty(self):
        """A colleague's customer has no reasons, when read, searched or exported."""
        partners = self._as(self.customers, self.ann)
        self.assertEqual([len(partner.choice_reason_ids) for partner in partners], [1, 0, 1])
        self.assertEqual(
            [bool(partner.deal_breaker_summary) for partner in partners], [True, False, True]
        )
        found = partners.search([("choice_reason_ids", "in", self.speed.ids)])
        self.assertEqual(set(found.ids), set((self.of_ann | self.of_nobody).ids))
        exported = partners.export_data(["name", "choice_reason_ids/name", "deal_breaker_ids/name"])
        self.assertEqual(
            exported["datas"],
            [
                ["Of Ann", "Fast delivery", "Too expensive"],
                ["Of Bob", "", ""],
                ["Of Nobody", "Fast delivery", "Too expensive"],
            ],
        )

    def test_lists_are_searched_as_they_are_read(self):
        """Whether a list is empty, and whose row one is, tells nothing of what one may not see."""
        self._refresh()
        self.env["retention.thanks"].create(
            [{"partner_id": each.id, "kind": "call"} for each in self.customers]
        )
        other = self._create_company("Other")
        stranger = self._create_user("stranger", MANAGER, other)
        lists = [
            name
            for name, field in self.customers._fields.items()
            if field.type == "one2many" and field.comodel_name.startswith("retention.")
        ]
        filled = {
            "retention_customer_ids",
            "retention_loss_ids",
            "retention_mention_ids",
            "thanks_ids",
        }
        self.assertLess(filled, set(lists))
        mine = ("id", "in", self.customers.ids)
        for user, seen in (
            (self.ann, self.of_ann | self.of_nobody),
            (self.bob, self.customers),
            (stranger, self.customers.browse()),
        ):
            Partner = self._as(self.env["res.partner"], user)
            for name in lists:
                found = seen if name in filled else seen.browse()
                empty = self.customers - found
                ids = self.customers[name].ids
                with self.subTest(user=user.login, field=name):
                    for condition, expected in (
                        ((name, "!=", False), found),
                        ((name, "=", False), empty),
                        ((name, "in", ids), found),
                        ((name, "not in", ids), empty),
                        ((name, "in", [False, *ids]), self.customers),
                    ):
                        partners = Partner.search([mine, condition])
                        self.assertEqual(set(partners.ids), set(expected.ids), condition)

    def test_salesperson_writes_own(self):
        """A salesperson notes reasons and losses of own customers, not of a colleague's."""
        Mention = self._as(self.env["retention.mention"], self.ann)
        Loss = self._as(self.env["retention.loss"], self.ann)
        Loss.create({"partner_id": self.of_ann.id}).action_win_back()
        Mention.create({"partner_id": self.of_nobody.id, "reason_id": self.speed.id})
        for model, values in ((Mention, {"reason_id": self.speed.id}), (Loss, {})):
            with self.subTest(model=model._name), self.assertRaises(AccessError):
                model.create({"partner_id": self.of_bob.id, **values})
        with self.assertRaises(AccessError):
            self._as(self.losses[0], self.ann).unlink()
        self._as(self.losses[0], self.chief).unlink()

    def test_wizard_of_salesperson(self):
        """Recording a loss with the button refreshes the status without more rights."""
        self._refresh()
        wizard = self._as(self.env["retention.loss.record"], self.ann).create(
            {"partner_id": self.of_nobody.id}
        )
        self.assertEqual(wizard.value_year, 4)
        wizard.action_record()
        self.assertFigures(self.of_nobody, status="lost")
        losses = self.of_nobody.retention_loss_ids
        wizard.action_record()
        self.assertEqual(self.of_nobody.retention_loss_ids, losses, "a second click records one")

    def test_value_of_hidden_customer_is_not_proposed(self):
        """A form asked for a colleague's customer, or another company, proposes no value."""
        other = self._create_company("Other")
        self._create_past(self.of_ann, (10, 700), company_id=other.id)
        Wizard, Loss = (
            self._as(self.env[name], self.ann)
            for name in ("retention.loss.record", "retention.loss")
        )
        for partner, company, value in (
            (self.of_ann, self.company, 1),
            (self.of_bob, self.company, 0),
            (self.of_ann, other, 0),
        ):
            values = {"partner_id": partner.id, "company_id": company.id}
            with self.subTest(partner=partner.name, company=company.name):
                asked = ({**values, "date": TODAY}, ["partner_id"], {"value_year": {}})
                if company == other:
                    with self.assertRaises(AccessError):
                        Wizard.create(values)
                    with self.assertRaises(AccessError):
                        Loss.onchange(*asked)
                    continue
                self.assertEqual(Wizard.create(values).sudo().value_year, value)
                told = Loss.onchange(*asked)
                self.assertEqual(told["value"].get("value_year", 0), value)
        wizard = self._as(self.env["retention.loss.record"], self.bob).create(
            {"partner_id": self.of_ann.id}
        )
        self.assertEqual(wizard.value_year, 1)

    def test_portal_reads_no_reason_on_own_order(self):
        """Customers who read their own quotation do not read what we noted of why it was lost."""
        portal = self._create_user("portal", "base.group_portal")
        order = self._create_order(portal.partner_id, TODAY, 10)
        order.message_subscribe(portal.partner_id.ids)
        order.lost_reason_id = self.price
        own = self._as(order, portal)
        self.assertEqual(own.name, order.name)
        for name in ("lost_reason_id", "competitor_id"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                own.read([name])

    def test_lists(self):
        """Salespeople name a new competitor; reasons are the manager's."""
        self._as(self.env["retention.competitor"], self.ann).create({"name": "Rival"})
        with self.assertRaises(AccessError):
            self._as(self.env["retention.reason"], self.ann).create({"name": "Luck"})
        self._as(self.env["retention.reason"], self.chief).create({"name": "Luck"})

    def test_losing_a_deal_of_a_colleagues_customer(self):
        """Whoever may lose a deal leaves its reason, even with a customer of somebody else."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Desks",
                "type": "opportunity",
                "partner_id": self.of_bob.id,
                "user_id": self.ann.id,
                "company_id": self.company.id,
            }
        )
        self._as(lead, self.ann).action_set_lost(lost_reason_id=self.price.id)
        mention = self.env["retention.mention"].search([("res_id", "=", lead.id)])
        self.assertEqual((mention.partner_id, mention.user_id), (self.of_bob, self.ann))

    def test_cause_gone_of_own(self):
        """A salesperson notes that a cause is gone for the customers of the own list."""
        calls = self._as(self.env["retention.loss.call"], self.ann).search([])
        self.assertEqual(len(calls), 2)
        calls.action_cause_gone()
        events = self.Event.search([("type", "=", "cause_gone")])
        self.assertEqual(events.partner_id, self.of_ann | self.of_nobody)
        foreign = self.env["retention.loss.call"].search([("partner_id", "=", self.of_bob.id)])
        with self.assertRaises(AccessError):
            self._as(foreign, self.ann).action_cause_gone()

    def test_companies(self):
        """Rows of a company one does not work in are not there."""
        other = self._create_company("Other")
        both = self._create_user("both", MANAGER, companies=self.company | other)
        self.env["retention.loss"].create(
            {"partner_id": self.of_ann.id, "company_id": other.id, "reason_id": self.price.id}
        )
        self.env.flush_all()
        for company, count in ((self.company, 3), (other, 1), (self.company | other, 4)):
            for model in ("retention.loss", "retention.loss.report"):
                with self.subTest(companies=company.mapped("name"), model=model):
                    found = self._as(self.env[model], both, company).search([])
                    self.assertEqual(len(found), count)
        self.assertEqual(len(self._as(self.env["retention.loss"], self.chief).search([])), 3)


@tagged("post_install", "-at_install")
class TestDecline(LossesAccessCase, HttpCase):
    """A customer declines a quotation online."""

    def test_decline(self):
        """The quotation is money lost, in the customer's own words."""
        order = self._create_order(self.of_ann, "2026-06-15 08:00:00", 500, confirm=False)
        order.write({"require_signature": True, "state": "sent"})
        self.authenticate(None, None)
        token = order._portal_ensure_token()
        response = self.url_open(
            f"/my/orders/{order.id}/decline",
            data={
                "access_token": token,
                "decline_message": "Too\0 slow for us",  # NUL cannot be stored
                "csrf_token": self._get_csrf_token(order, token),
            },
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(order.state, "cancel")
        mention = self.env["retention.mention"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id)]
        )
        self.assertEqual(
            (mention.partner_id, mention.amount, mention.note, mention.lost_reason_id.id),
            (self.of_ann, 500, "Too slow for us", False),
        )

    def _get_csrf_token(self, order, token):
        page = self.url_open(f"/my/orders/{order.id}?access_token={token}").text
        return page.split('csrf_token: "')[1].split('"')[0]
