from odoo import models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """What a customer lacks for being looked after."""

    _inherit = "res.partner"

    def _get_lacking(self, kinds):
        """Return ``{kind: those who lack it}`` of ``kinds``: salesperson, email, phone; none is left out."""
        fields_of = {"salesperson": "user_id", "email": "email_normalized", "phone": "phone"}
        if unknown := set(kinds) - fields_of.keys():
            raise UserError(
                self.env._(
                    "%(value)s is not known. It has to be one of: %(allowed)s.",
                    value=", ".join(map(str, unknown)),
                    allowed=", ".join(fields_of),
                )
            )
        found = {
            kind: self.filtered(lambda each, kind=kind: not each[fields_of[kind]]) for kind in kinds
        }
        return {kind: some for kind, some in found.items() if some}

    def _say_lacking(self, kind, count, total):
        """Return that ``count`` of ``total`` customers lack ``kind``, and what follows from it."""
        words = {"count": count, "total": total}
        if kind == "salesperson":
            return self.env._(
                "%(count)s of %(total)s have no salesperson: their follow-ups wait under To Assign.",
                **words,
            )
        if kind == "email":
            return self.env._(
                "%(count)s of %(total)s have no email address: they get no mail.", **words
            )
        return self.env._("%(count)s of %(total)s have no phone number.", **words)
