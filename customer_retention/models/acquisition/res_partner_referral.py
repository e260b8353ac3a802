from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...sql import referral_figures
from ...tools.referrals import find_circle
from ..common.retention_writable_mixin import check_given

# What says who brought a customer, and where that was recorded.
NAMED = {"referred_by_id", "referred_by_contact_id", "referred_company_id"}


class ResPartner(models.Model):
    """Who brought a customer.

    Both ends are commercial partners: a referrer that is a contact of a company is stored as the
    company, with the contact beside it; entered on a contact, the referrer goes to its company.
    What was entered on somebody who later became a contact stays there and does not count.
    Nobody can be brought by themselves, by an own contact, or by somebody further down the line.
    """

    _inherit = "res.partner"

    referred_by_id = fields.Many2one(
        "res.partner",
        "Brought By",
        index="btree_not_null",
        copy=False,
        groups="base.group_user",
        help="The customer who recommended us to this one. A contact of a company counts for the company.",
    )
    referred_by_contact_id = fields.Many2one(
        "res.partner",
        "Brought By (Person)",
        index="btree_not_null",
        copy=False,
        groups="base.group_user",
        help="The person at the company who recommended us.",
    )
    referred_date = fields.Date(
        "Brought On",
        copy=False,
        groups="base.group_user",
        help="Day the referral was recorded. A first purchase before it is not their merit.",
    )
    referred_company_id = fields.Many2one(
        "res.company",
        "Referral Recorded In",
        copy=False,
        groups="base.group_user",
        help="The company in which the referral was recorded, and in which it is an event.",
    )
    referral_ids = fields.One2many(
        "res.partner",
        "referred_by_id",
        "Brought Us",
        context={"active_test": False},
        groups="base.group_user",
        help="The customers who came because this one recommended us.",
    )
    # ------------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        check_given(self, vals_list, NAMED, new=True)
        partners = super().create([self._prepare_referrer_values(vals) for vals in vals_list])
        if any(vals.get("referred_by_id") for vals in vals_list):
            partners._move_referrer_up()
        return partners

    def write(self, vals):
        check_given(self, [vals], NAMED)
        named = vals
        if "referred_by_id" in vals:
            told = self._prepare_referrer_values(vals)
            again = self.filtered(lambda each: each.referred_by_id.id == told["referred_by_id"])
            if again and again != self:
                return again.write(vals) and (self - again).write(vals)
            if again and told["referred_by_id"]:
                # Saying it again does not make it a new referral.
                for name in {"referred_date", "referred_company_id"} - vals.keys():
                    del told[name]
            vals = told
        is_undated = "referred_date" in vals and "referred_date" not in named
        result = super().write(vals)
        if vals.get("referred_by_id"):
            if is_undated:
                self._date_by_first_contact()
            self._move_referrer_up()
        return result

    @api.model
    def _prepare_referrer_values(self, vals):
        """Return ``vals`` with the referrer's commercial partner, the person, the day and the company."""
        if "referred_by_id" not in vals:
            return vals
        referrer = self.sudo().browse(vals["referred_by_id"] or [])
        commercial = referrer.commercial_partner_id
        company = self.env.company
        return {
            "referred_date": company._get_retention_today() if referrer else False,
            "referred_company_id": company.id if referrer else False,
            "referred_by_contact_id": referrer.id if referrer != commercial else False,
            **vals,
            "referred_by_id": commercial.id,
        }

    def _date_by_first_contact(self):
        """Date who was brought by the first contact, where that is known: they came to us then."""
        for partner in self.filtered("acquisition_date"):
            if partner.acquisition_date < partner.referred_date:
                partner.referred_date = partner.acquisition_date

    def _move_referrer_up(self):
        """Give the referrer entered on a contact to the customer the contact belongs to.

        :raise ValidationError: that customer was brought by somebody else
        """
        for contact in self:
            customer = contact.commercial_partner_id
            referrer = contact.referred_by_id
            if contact == customer or not referrer:
                continue
            if customer.referred_by_id and customer.referred_by_id != referrer:
                raise ValidationError(
                    self.env._(
                        "Brought By of %(contact)s is %(referrer)s, but %(contact)s belongs to "
                        "%(customer)s, which was brought by %(other)s. Change it there, or leave "
                        "it out here.",
                        contact=contact.display_name,
                        referrer=referrer.display_name,
                        customer=customer.display_name,
                        other=customer.referred_by_id.display_name,
                    )
                )
            names = ("referred_by_contact_id", "referred_date", "referred_company_id")
            told = {name: contact[name] for name in names}
            contact.write({"referred_by_id": False})
            customer.write(
                {
                    "referred_by_id": (told["referred_by_contact_id"] or referrer).id,
                    "referred_date": told["referred_date"],
                    "referred_company_id": told["referred_company_id"].id,
                }
            )

    @api.model
    def _follow_customers(self, moved):
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """UPDATE res_partner AS customer
                      SET referred_by_id = referrer.commercial_partner_id,
                          referred_by_contact_id = COALESCE(customer.referred_by_contact_id, referrer.id)
                     FROM res_partner AS referrer
                    WHERE referrer.id = customer.referred_by_id AND referrer.id = ANY(%s)
                      AND referrer.commercial_partner_id != referrer.id
                RETURNING customer.id""",
                moved.ids,
            )
        )
        return super()._follow_customers(moved)

    @api.constrains("referred_by_id", "parent_id", "is_company")
    def _check_referred_by_id(self):
        # Who was brought by nobody closes no circle: nothing is asked of the database then.
        customers = self.sudo().commercial_partner_id.filtered("referred_by_id")
        if not customers:
            return
        self.flush_model(["referred_by_id", "commercial_partner_id"])
        brought_by = dict(self.env.execute_query(referral_figures.select_upwards(customers.ids)))
        circle = find_circle(brought_by, customers.ids)
        if circle:
            # Told from where it was written.
            first = next((each for each in circle if each in customers.ids), circle[0])
            start = circle.index(first)
            raise ValidationError(
                self._get_circle_message([*circle[start:-1], *circle[:start], first])
            )

    @api.constrains("referred_by_id", "company_id")
    def _check_referrer_company(self):
        for partner in self.sudo():
            referrer = partner.referred_by_id
            if referrer and not partner._is_company_shared(referrer):
                raise ValidationError(
                    self.env._(
                        "Brought By of %(customer)s is %(referrer)s, who belongs to company "
                        "%(company)s. It has to be a contact of %(own)s or of all companies.",
                        customer=partner.display_name,
                        referrer=referrer.display_name,
                        company=referrer.company_id.name,
                        own=partner.company_id.name,
                    )
                )

    def _is_company_shared(self, referrer):
        """Return whether the companies of both, where they have one, allow one to name the other."""
        self.ensure_one()
        if not self.company_id or not referrer.company_id:
            return True
        return bool(referrer.filtered_domain(self._check_company_domain(self.company_id)))

    def _is_referral_allowed(self, referrer):
        """Return whether ``referrer`` could be entered on this customer without an error."""
        self.ensure_one()
        customer, referrer = (
            self.sudo().commercial_partner_id,
            referrer.sudo().commercial_partner_id,
        )
        self.flush_model(["referred_by_id", "commercial_partner_id"])
        brought_by = dict(self.env.execute_query(referral_figures.select_upwards(referrer.ids)))
        brought_by[customer.id] = referrer.id
        return customer._is_company_shared(referrer) and not find_circle(brought_by, customer.ids)

    def _get_circle_message(self, circle):
        """Return what is wrong with a line of commercial partners that ends where it began."""
        partners = self.sudo().browse(circle)
        readable = partners.with_user(self.env.user)._filtered_access("read")
        names = [
            partner.display_name
            if partner in readable
            else self.env._("a contact of another company")
            for partner in partners
        ]
        referrer = partners[0].referred_by_contact_id or partners[0].referred_by_id
        if referrer.commercial_partner_id == partners[0]:
            return self.env._(
                "Brought By of %(customer)s is %(referrer)s (%(chain)s). Nobody can be brought by "
                "themselves or by one of their own contacts.",
                customer=names[0],
                referrer=referrer.display_name,
                chain=" → ".join(reversed(names)),
            )
        return self.env._(
            "Brought By of %(customer)s is %(referrer)s, who was brought by %(customer)s in turn: "
            "%(chain)s. Choose somebody who does not owe %(customer)s that they came.",
            customer=names[0],
            referrer=names[1],
            chain=" → ".join(reversed(names)),
        )
