from odoo import models
from odoo.tools import SQL


class ResPartner(models.Model):
    """Which contacts are the same person: those who share an email address or a phone number."""

    _inherit = "res.partner"

    # Who enters a program or is asked is looked for under other contacts of the same address: without
    # these, each time in all contacts.
    _retention_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
    _retention_phone_idx = models.Index("(phone_sanitized) WHERE phone_sanitized IS NOT NULL")

    def _get_addresses(self):
        """Return the addresses two contacts share if they are the same person, as ``{(kind, address)}``."""
        self.ensure_one()
        addresses = {("email", self.email_normalized), ("phone", self.phone_sanitized)}
        return {(kind, address) for kind, address in addresses if address}

    def _get_same_person_query(self):
        """Return SQL of ``id``, each of these, and ``other_id``, each contact who is the same person.

        Everybody is the same person as themselves; archived contacts are among the others.
        """
        self.env["res.partner"].flush_model(["email_normalized", "phone_sanitized"])
        return SQL(
            """SELECT id, id AS other_id FROM res_partner WHERE id = ANY(%(ids)s)
                UNION
               SELECT wanted.id, other.id
                 FROM res_partner AS wanted
                 JOIN res_partner AS other ON other.email_normalized = wanted.email_normalized
                WHERE wanted.id = ANY(%(ids)s)
                UNION
               SELECT wanted.id, other.id
                 FROM res_partner AS wanted
                 JOIN res_partner AS other ON other.phone_sanitized = wanted.phone_sanitized
                WHERE wanted.id = ANY(%(ids)s)""",
            ids=self.ids,
        )
