from datetime import timedelta

from odoo.tests import new_test_user, tagged

from ..common import Json2Case

SALESMAN = "sales_team.group_sale_salesman"


@tagged("post_install", "-at_install")
class TestReferralJson2(Json2Case):
    """Referrals and thanks through the remote interface: the reader's rights and nothing more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        today = cls.company._get_retention_today()
        cls.seller = cls._create_user("json_seller", SALESMAN)
        cls.colleague = cls._create_user("json_colleague", SALESMAN)
        cls.portal = cls._create_user("json_portal", "base.group_portal")
        Partner = cls.env["res.partner"].with_context(tracking_disable=True)
        cls.mine = Partner.create({"name": "Json Mine", "user_id": cls.seller.id})
        cls.theirs = Partner.create({"name": "Json Theirs", "user_id": cls.colleague.id})
        for referrer, amount in ((cls.mine, 100), (cls.theirs, 70)):
            cls.env["retention.past.purchase"].create(
                {
                    "partner_id": Partner.create(
                        {"name": f"By {referrer.name}", "referred_by_id": referrer.id}
                    ).id,
                    "date": today - timedelta(days=5),
                    "amount": amount,
                    "company_id": cls.company.id,
                }
            )
            cls.env["retention.past.purchase"].create(
                {
                    "partner_id": referrer.id,
                    "date": today - timedelta(days=5),
                    "amount": 1,
                    "company_id": cls.company.id,
                }
            )
        assert cls.env["retention.run"]._refresh(cls.company)

    @classmethod
    def _create_user(cls, login, group):
        return new_test_user(
            cls.env, login=login, groups=group, company_id=1, company_ids=[(6, 0, [1])]
        )

    def test_figures(self):
        """A salesperson reads what own customers brought, and 0 of a colleague's."""
        fields = ["referral_count", "referred_lifetime_value"]
        ids = [self.mine.id, self.theirs.id]
        status, rows = self._call(self.seller, "res.partner", "read", ids=ids, fields=fields)
        self.assertEqual(status, 200)
        self.assertEqual([tuple(row[name] for name in fields) for row in rows], [(1, 100), (0, 0)])
        status, _error = self._call(self.portal, "res.partner", "read", ids=ids, fields=fields)
        self.assertEqual(status, 403)

    def test_thanks(self):
        """A salesperson thanks own customers with two values, and nobody else's."""
        for partner, expected in ((self.mine, 200), (self.theirs, 403)):
            status, _answer = self._call(
                self.seller,
                "retention.thanks",
                "create",
                vals_list=[{"partner_id": partner.id, "kind": "call"}],
            )
            self.assertEqual(status, expected)
        for model in ("retention.thanks", "retention.to.thank", "retention.source.report"):
            status, _error = self._call(self.portal, model, "search_count", domain=[])
            self.assertEqual(status, 403)

    def test_mentions_and_losses(self):
        """A salesperson notes why own customers come and go, sees no colleague's, and portal none."""
        reason = self.env["retention.reason"].search([], limit=1)
        lost_reason = self.env["crm.lost.reason"].search([], limit=1)
        cases = {
            "retention.mention": {"kind": "choice", "reason_id": reason.id},
            "retention.loss": {"reason_id": lost_reason.id},
        }
        for model, values in cases.items():
            of_colleague = self.env[model].create({**values, "partner_id": self.theirs.id})
            for partner, expected in ((self.mine, 200), (self.theirs, 403)):
                status, _answer = self._call(
                    self.seller, model, "create", vals_list=[{**values, "partner_id": partner.id}]
                )
                self.assertEqual(status, expected, (model, partner.name))
            both = [("partner_id", "in", (self.mine | self.theirs).ids)]
            status, rows = self._call(
                self.seller, model, "search_read", domain=both, fields=["partner_id"]
            )
            self.assertEqual([row["partner_id"][0] for row in rows], self.mine.ids, model)
            status, rows = self._call(
                self.seller,
                model,
                "formatted_read_group",
                domain=both,
                groupby=["partner_id"],
                aggregates=["__count"],
            )
            self.assertEqual([row["__count"] for row in rows], [1], model)
            status, _error = self._call(
                self.seller, model, "read", ids=of_colleague.ids, fields=["partner_id"]
            )
            self.assertEqual(status, 403, model)
            status, _error = self._call(self.portal, model, "search_count", domain=[])
            self.assertEqual(status, 403, model)

    def test_moving(self):
        """What was noted of an own customer is moved onto no colleague's, and named no unseen document."""
        reason = self.env["retention.reason"].search([], limit=1)
        order = self.env["sale.order"].create(
            {"partner_id": self.theirs.id, "user_id": self.colleague.id}
        )
        cases = (
            ("retention.mention", {"kind": "choice", "reason_id": reason.id}),
            ("retention.loss", {}),
            ("retention.thanks", {"kind": "call"}),
        )
        for model, values in cases:
            row = self.env[model].create({**values, "partner_id": self.mine.id})
            changes = [{"partner_id": self.theirs.id}]
            if model == "retention.mention":
                changes.append({"res_model": "sale.order", "res_id": order.id})
            for change in changes:
                status, _error = self._call(self.seller, model, "write", ids=row.ids, vals=change)
                self.assertEqual(status, 403, (model, change))
                made = {**values, "partner_id": self.mine.id, **change}
                status, _error = self._call(self.seller, model, "create", vals_list=[made])
                self.assertEqual(status, 403, (model, change))
                status, answer = self._call(
                    self.seller,
                    model,
                    "load",
                    fields=[".id", "partner_id/.id"],
                    data=[[str(row.id), str(self.theirs.id)]],
                )
                self.assertFalse(status == 200 and answer["ids"], model)
            self.env.invalidate_all()
            self.assertEqual(row.partner_id, self.mine)
            status, _done = self._call(
                self.seller, model, "write", ids=row.ids, vals={"user_id": self.colleague.id}
            )
            self.assertEqual(status, 200, model)

    def test_circle(self):
        """A circle is refused with its names, and changes nothing."""
        friend = self.mine.referral_ids
        status, error = self._call(
            self.seller,
            "res.partner",
            "write",
            ids=self.mine.ids,
            vals={"referred_by_id": friend.id},
        )
        self.assertEqual(status, 422)
        self.assertIn("Json Mine → By Json Mine → Json Mine", error["message"])
        self.mine.invalidate_recordset()
        self.assertFalse(self.mine.referred_by_id)

    def test_nothing_private_is_callable(self):
        """The collectors, the recorder and the pass are no remote calls."""
        for model, method in (
            ("retention.event", "_record"),
            ("retention.event", "_cron_record_events"),
            ("res.partner", "_cron_fill_sources"),
        ):
            status, _error = self._call(self.seller, model, method)
            self.assertEqual(status, 403)
