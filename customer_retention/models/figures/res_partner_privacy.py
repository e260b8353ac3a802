from odoo import api, models

# By what texts that we make call a contact, and which stands there by itself then.
TOLD = ("name", "email", "phone")
# What stands instead of what is not to be known any more.
FORGOTTEN = "…"


class ResPartner(models.Model):
    """Names and addresses in texts that we made follow the contact, and are forgotten with it.

    Who is made anonymous by another name, or deleted, stands nowhere else under the old one. What
    people wrote themselves, in notes and messages, is theirs to look through.
    """

    _inherit = "res.partner"

    def write(self, vals):
        told = [name for name in TOLD if name in vals]
        before = {partner: [partner[name] for name in told] for partner in self if told}
        written = super().write(vals)
        words = {
            partner: {
                old: partner[name] or FORGOTTEN
                for name, old in zip(told, olds, strict=True)
                if old and old != partner[name]
            }
            for partner, olds in before.items()
        }
        if any(words.values()):
            self._retell({partner: changed for partner, changed in words.items() if changed})
        return written

    @api.ondelete(at_uninstall=False)
    def _forget_in_texts(self):
        self._retell(
            {each: dict.fromkeys(each._get_told_words(), FORGOTTEN) for each in self.sudo()}
        )

    def _get_told_words(self):
        """Return all by which a text may call this contact, to be forgotten. Hook."""
        self.ensure_one()
        words = {self.name, self.email, self.email_normalized, self.phone, self.phone_sanitized}
        if not self.is_company:
            words |= {part for part in (self.name or "").split() if len(part) > 2}
        return words - {False, None, ""}

    @api.model
    def _retell(self, words):
        """Replace words in texts that we made about contacts. Hook: there are none here.

        :param words: ``{contact: {word: what stands there instead}}``, not empty
        """
