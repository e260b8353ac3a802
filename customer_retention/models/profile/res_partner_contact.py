from itertools import chain

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize_all

from ...tools.address import first_name

# Who people are and whether they want to hear from us: seen by every employee.
USER = "base.group_user"
# The field that says that a contact wants nothing by a channel.
REFUSALS = {None: None, "email": "is_blacklisted", "phone": "phone_blacklisted", "post": "no_post"}


class ResPartner(models.Model):
    """How to address a contact, and whether we may contact them at all (file of its own for size)."""

    _inherit = "res.partner"

    preferred_name = fields.Char(
        copy=False,
        groups=USER,
        help="What the contact wants to be called: Edwin, or Mr. Hansen.",
    )
    salutation = fields.Selection(
        [("informal", "Informal"), ("formal", "Formal")],
        copy=False,
        groups=USER,
        help="Informal: Hello Edwin. Formal: Dear Mr. Hansen. Formal where it is not known.",
    )
    do_not_contact = fields.Boolean(
        copy=False,
        groups=USER,
        help="Nothing is sent and nobody calls, whatever the occasion. Holds for all contacts of a "
        "company where it is set on the company. E-mail and phone go on the blacklists as well.",
    )
    do_not_contact_date = fields.Date(
        "Do Not Contact Since", copy=False, groups=USER, help="Day the wish was recorded."
    )
    do_not_contact_reason = fields.Char("Why Not to Contact", copy=False, groups=USER)
    no_post = fields.Boolean(
        "No Letters", copy=False, groups=USER, help="The contact wants no letters or postcards."
    )
    contact_rarely = fields.Boolean(
        "Less Often",
        copy=False,
        groups=USER,
        help="Surveys and offers at most twice a year. Holds for all contacts of a company where it "
        "is set on the company.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create([self._prepare_contact_wish_values(vals) for vals in vals_list])
        partners.filtered(lambda partner: partner.sudo().do_not_contact)._add_to_blacklists()
        return partners

    def write(self, vals):
        vals = self._prepare_contact_wish_values(vals)
        unwilling = self.browse()
        if vals.get("do_not_contact"):
            unwilling = self.filtered(lambda partner: not partner.sudo().do_not_contact)
        result = super().write(vals)
        unwilling._add_to_blacklists()
        return result

    @api.model
    def _prepare_contact_wish_values(self, vals):
        """Return ``vals`` with the day of the wish, and without day and reason where it is gone."""
        if "do_not_contact" not in vals:
            return vals
        if not vals["do_not_contact"]:
            return {**vals, "do_not_contact_date": False, "do_not_contact_reason": False}
        if vals.get("do_not_contact_date"):
            return vals
        return {**vals, "do_not_contact_date": self.env.company._get_retention_today()}

    def _add_to_blacklists(self):
        """Put e-mail and phone on core's blacklists, which mailings and texts of all apps respect.

        They stay there when the wish is taken back: the contact may have asked for that before.
        """
        partners = self.sudo()
        for email in set(chain.from_iterable(each._get_emails() for each in partners)):
            self.env["mail.blacklist"].sudo()._add(email)
        numbers = list(set(partners.mapped("phone_sanitized")) - {False})
        if numbers:
            self.env["phone.blacklist"].sudo()._add(numbers)

    # ------------------------------------------------------------------
    # For messages, letters and activities
    # ------------------------------------------------------------------

    def _get_address_name(self):
        """Return what to call this contact: the preferred name, else a name that is sure to fit.

        Informal: the first name. Formal or not known: the whole name. A company is called by its
        name; "" where there is no name at all (an e-mail address is none).
        """
        self.ensure_one()
        partner = self.sudo()
        if partner.preferred_name:
            return partner.preferred_name.strip()
        name = (partner.name or "").strip()
        if "@" in name:
            return ""
        if partner.salutation == "informal" and not partner.is_company:
            return first_name(name)
        return name

    def _get_told_words(self):
        return super()._get_told_words() | {self.preferred_name} - {False}

    def _get_salutation(self):
        """Return the first line of a message to this contact, in the contact's own language.

        "Hello Edwin," or "Dear Mr. Hansen,"; "Dear Ready Mat team," for companies and
        addresses of theirs without a name, unless somebody wrote down how to address them, and
        "Dear Sir or Madam," where there is no name at all.
        """
        self.ensure_one()
        partner = self.sudo()
        env = partner.with_context(lang=partner.lang or self.env.lang).env
        name = partner._get_address_name()
        company = partner.commercial_partner_id
        if partner.is_company and not partner.preferred_name:
            name, company = "", partner
        if not name:
            # Nobody is known there.
            name = company._get_address_name() if company.is_company else ""
            if not name:
                return env._("Dear Sir or Madam,")
            return env._("Dear %(company)s team,", company=name)
        if partner.salutation == "informal":
            return env._("Hello %(name)s,", name=name)
        return env._("Dear %(name)s,", name=name)

    def _is_contact_allowed(self, channel=None):
        """Return whether we may contact this person, see :meth:`_filter_contact_allowed`."""
        self.ensure_one()
        return bool(self._filter_contact_allowed(channel))

    def _filter_contact_allowed(self, channel=None):
        """Return those of these contacts whom we may contact, by ``channel`` where one is given.

        :param channel: ``email``, ``phone`` or ``post``; each has its own refusal beside
            ``do_not_contact`` of the contact or of its company
        """
        if channel not in REFUSALS:
            raise ValueError(f"Unknown channel {channel!r}")
        partners = self.sudo()
        allowed = partners.filtered(
            lambda each: not (each.do_not_contact or each.commercial_partner_id.do_not_contact)
        )
        return (allowed - partners._filter_refusing(channel)).sudo(self.env.su)

    def _filter_rarely_contacted(self):
        """Return those of these contacts who want surveys and offers at most twice a year."""
        return self.filtered(
            lambda each: (
                each.sudo().contact_rarely or each.sudo().commercial_partner_id.contact_rarely
            )
        )

    def _filter_refusing(self, channel):
        """Return those of these contacts who want nothing by ``channel``; nobody where it is None."""
        name = REFUSALS[channel]
        refusing = self.filtered(name) if name else self.browse()
        return refusing | (self - refusing)._filter_half_blacklisted(channel)

    def _filter_half_blacklisted(self, channel):
        """Return those of whose email addresses another than the first is on the blacklist.

        A mail goes to all that stand in the field, and core looks at the first one only.
        """
        several = {}
        if channel == "email":
            several = {
                each: each._get_emails() for each in self if (each.email or "").count("@") > 1
            }
        if not several:
            return self.browse()
        wanted = list(chain.from_iterable(several.values()))
        found = self.env["mail.blacklist"].sudo().search([("email", "in", wanted)])
        listed = set(found.mapped("email"))
        return self.browse(each.id for each, emails in several.items() if listed & {*emails})

    def _get_emails(self):
        """Return the email addresses of this contact, normalized: several may stand in its field."""
        self.ensure_one()
        return email_normalize_all(self.email) if self.email else []

    @api.constrains("preferred_name")
    def _check_preferred_name(self):
        for partner in self.sudo():
            if partner.preferred_name and "@" in partner.preferred_name:
                raise ValidationError(
                    self.env._(
                        "Preferred Name is %(value)s. It has to be a name, not an e-mail address.",
                        value=partner.preferred_name,
                    )
                )
