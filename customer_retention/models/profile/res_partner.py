from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from .res_company import KEPT
from .res_partner_contact import USER

SENSITIVE = "customer_retention.group_sensitive_profile"
# Behind the group "Sensitive profile": absent for everybody else, wherever fields are read.
SENSITIVE_FIELDS = ("family_notes", "education", "income_range", "financial_notes")
# The year of a birthday whose year is not known. A leap year, so that 29 February has a place.
UNKNOWN_YEAR = 1904


class ResPartner(models.Model):
    """What people know of a customer beside the figures (file of its own for size).

    Household and priority belong to the commercial partner, all else to the contact. A field that
    the current company may not keep (``res.company``, :data:`KEPT`) is absent there: it cannot be
    read, searched, grouped or exported, is in no view and takes no value.
    """

    _inherit = "res.partner"

    birthday = fields.Date(
        copy=False,
        groups=USER,
        help="Enter 1904 as the year where the year is not known.",
    )
    interest_ids = fields.Many2many(
        "retention.interest",
        "retention_interest_res_partner_rel",
        "partner_id",
        "interest_id",
        "Interests",
        copy=False,
        groups=USER,
    )
    preferences = fields.Text(
        copy=False, groups=USER, help="What the customer likes: coffee black, calls after ten."
    )
    family_notes = fields.Text("Family", copy=False, groups=SENSITIVE)
    education = fields.Selection(
        [
            ("school", "School"),
            ("vocational", "Vocational training"),
            ("bachelor", "Bachelor"),
            ("master", "Master"),
            ("doctorate", "Doctorate"),
        ],
        copy=False,
        groups=SENSITIVE,
    )
    income_range = fields.Selection(
        [
            ("low", "Below average"),
            ("average", "Average"),
            ("high", "Above average"),
            ("very_high", "Far above average"),
        ],
        "Income",
        copy=False,
        groups=SENSITIVE,
    )
    financial_notes = fields.Text("Finances", copy=False, groups=SENSITIVE)
    household_id = fields.Many2one(
        "retention.household",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=USER,
        help="The family or group of companies this customer belongs to.",
    )
    priority_id = fields.Many2one(
        "retention.priority",
        "Number One Priority",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=USER,
        help="What matters most to this customer.",
    )
    priority_date = fields.Date(
        "Priority Asked On", copy=False, groups=USER, help="Day the customer last told it."
    )
    last_review_date = fields.Date("Last Profile Review", copy=False, groups=USER)

    # ------------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_profile_kept(vals)
        stated = [self._is_priority_stated(vals) for vals in vals_list]
        partners = super().create([self._prepare_dated_priority_values(vals) for vals in vals_list])
        told = self.browse(
            partner.id for partner, is_stated in zip(partners, stated, strict=True) if is_stated
        )
        told._record_priority({})
        return partners

    def write(self, vals):
        self._check_profile_kept(vals)
        before = {}
        if self._is_priority_stated(vals):
            before = {partner.id: partner.priority_id for partner in self.sudo()}
        result = super().write(self._prepare_dated_priority_values(vals))
        if before:
            self._record_priority(before)
        return result

    @api.model
    def _check_profile_kept(self, vals):
        """Refuse values of fields that the current company may not keep; emptying them is fine."""
        for name in self._get_hidden_profile_fields():
            if self._fields[name].type == "many2many":
                # Commands: all but unlinking and setting to nothing bring values.
                is_filled = any(
                    command[0] in (0, 4) or command[-1] for command in vals.get(name) or []
                )
            else:
                is_filled = vals.get(name)
            if is_filled:
                raise ValidationError(
                    self.env._(
                        "%(field)s is not kept in %(company)s, so it takes no value. A manager "
                        "can change that in the settings.",
                        field=self._fields[name].get_description(self.env, ["string"])["string"],
                        company=self.env.company.name,
                    )
                )

    @api.model
    def _is_priority_stated(self, vals):
        """Return whether ``vals`` are somebody's answer now, not an import or merge with its own day."""
        return "priority_id" in vals and "priority_date" not in vals

    @api.model
    def _prepare_dated_priority_values(self, vals):
        if not self._is_priority_stated(vals):
            return vals
        today = self.env.company._get_retention_today()
        return {**vals, "priority_date": today if vals["priority_id"] else False}

    def _record_priority(self, before):
        """Record an event for each priority that is not what it was before (``{id: priority}``)."""
        Event = self.env["retention.event"].sudo()
        nothing = self.env["retention.priority"]
        Event.create(
            [
                Event._prepare_priority_values(partner, before.get(partner.id, nothing))
                for partner in self.sudo()
                if partner.priority_id != before.get(partner.id, nothing)
            ]
        )

    @api.constrains("birthday")
    def _check_birthday(self):
        today = self.env.company._get_retention_today()
        for partner in self.sudo():
            if partner.birthday and partner.birthday > today:
                raise ValidationError(
                    self.env._(
                        "Birthday is %(day)s. It has to be a day in the past.", day=partner.birthday
                    )
                )

    # ------------------------------------------------------------------
    # Fields that are not kept
    # ------------------------------------------------------------------

    @api.model
    def _get_hidden_profile_fields(self):
        """Return the names of the fields that the current company does not keep."""
        return self.env["res.company"]._get_hidden_profile_fields(self.env.company.id)

    @api.model
    def _has_field_access(self, field, operation):
        if field.name in KEPT and operation == "read" and not self.env.su:
            if field.name in self._get_hidden_profile_fields():
                return False
        return super()._has_field_access(field, operation)

    @api.model
    def _read_group_groupby(self, alias, groupby_spec, query):
        # Core checks the access to every field but to tags.
        if groupby_spec in KEPT:
            self._check_field_access(self._fields[groupby_spec], "read")
        return super()._read_group_groupby(alias, groupby_spec, query)

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._get_hidden_profile_fields())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Leave fields that are not kept out of every view, with their labels and filters."""
        arch, view = super()._get_view(view_id, view_type, **options)
        for name in self._get_hidden_profile_fields():
            quoted = f"'{name}'"
            path = (
                "//field[@name=$name] | //label[@for=$name]"
                " | //filter[contains(@domain, $quoted) or contains(@context, $quoted)]"
            )
            for node in arch.xpath(path, name=name, quoted=quoted):
                node.getparent().remove(node)
        return arch, view

    @api.model
    def _empty_profile_field(self, name):
        """Empty a field on all contacts at once, without tracking; return how many held a value."""
        field = self._fields[name]
        self.env.flush_all()
        if field.type == "many2many":
            query = SQL("DELETE FROM %s", SQL.identifier(field.relation))
        else:
            column = SQL.identifier(name)
            query = SQL("UPDATE res_partner SET %s = NULL WHERE %s IS NOT NULL", column, column)
        self.env.cr.execute(query)
        count = self.env.cr.rowcount
        self.invalidate_model([name])
        return count

    # ------------------------------------------------------------------
    # Sensitive fields
    # ------------------------------------------------------------------

    def _get_sensitive_labels(self):
        """Return the labels of the sensitive fields that hold something, in the reader's language."""
        self.ensure_one()
        partner = self.sudo()
        descriptions = self.sudo().fields_get(SENSITIVE_FIELDS, ["string"])
        return [descriptions[name]["string"] for name in SENSITIVE_FIELDS if partner[name]]

    def action_delete_sensitive_profile(self):
        """Empty the sensitive fields of these contacts; the chatter keeps which, not what was there.

        For users with the group and for administrators, who answer privacy requests.
        """
        if not self.env.su and not self.env.user.has_groups(f"{SENSITIVE},base.group_system"):
            raise AccessError(
                self.env._("Only users with Sensitive Profile can delete the sensitive profile.")
            )
        self.check_access("write")
        for partner in self.sudo():
            labels = partner._get_sensitive_labels()
            if not labels:
                continue
            partner.write(dict.fromkeys(SENSITIVE_FIELDS, False))
            partner._message_log(
                body=self.env._("Sensitive profile deleted: %(fields)s", fields=", ".join(labels)),
                author_id=self.env.user.partner_id.id,
            )

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_confirm_priority(self):
        """Note that the customer said again today that this priority holds."""
        self.filtered("priority_id").write(
            {"priority_date": self.env.company._get_retention_today()}
        )

    def action_mark_reviewed(self):
        """Note that somebody has looked through these profiles today."""
        self.write({"last_review_date": self.env.company._get_retention_today()})
