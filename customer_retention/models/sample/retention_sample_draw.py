import base64

from odoo import models
from odoo.exceptions import UserError

from ...tools.sampling import draw_order, invitations, sample_size

# So many customers are looked at together, at least.
CHUNK = 100


class RetentionSample(models.Model):
    """Whom a sample draws, and who takes the place of those who cannot be asked."""

    _inherit = "retention.sample"

    def _get_order(self):
        """Return the ids of the population in the order of drawing; once drawn, those of that day."""
        self.ensure_one()
        if self.state != "draft":
            return [int(line) for line in base64.b64decode(self.sudo().order_file or b"").split()]
        Partner = self.env["res.partner"].with_company(self.company_id)
        found = Partner.search(self._get_population_domain(), order="id")
        return draw_order(self.seed or "", found.ids)

    def _get_sizes(self, population):
        """Return how many answers are needed, and how many have to be asked for them."""
        self.ensure_one()
        needed = sample_size(population, self.error_percent / 100, self.confidence_percent / 100)
        return needed, invitations(needed, self.response_percent / 100, population)

    def _walk(self, order, start, count):
        """Yield ``(position, partner id, reason)`` in ``order`` until ``count`` can be asked.

        :param start: position (the first is 1) to begin with
        :return: reason is why the customer cannot be asked now, None where nothing is in the way
        """
        Partner = self.env["res.partner"].sudo().with_company(self.company_id)
        while count and start <= len(order):
            chunk = order[start - 1 : start - 1 + max(count, CHUNK)]
            partners = Partner.browse(chunk).exists()
            refusals = {each.id: why for each, why in self._get_refusals(partners).items()}
            there = set(partners.ids)
            for position, partner_id in enumerate(chunk, start):
                reason = refusals.get(partner_id) if partner_id in there else "gone"
                yield position, partner_id if partner_id in there else False, reason
                count -= not reason
                if not count:
                    return
            start += len(chunk)

    def action_draw(self):
        """Draw the sample; it is not drawn a second time."""
        self.check_access("write")
        if self.try_lock_for_update(allow_referencing=True) != self:
            raise UserError(
                self.env._("This is being drawn right now. Please look again in a minute.")
            )
        for sample in self:
            if sample.state != "draft":
                raise UserError(
                    self.env._(
                        "%(sample)s is drawn already. Duplicate it to draw another.",
                        sample=sample.name,
                    )
                )
            sample._check_complete()
            order = sample._get_order()
            if not order:
                raise UserError(
                    self.env._(
                        "Customers finds nobody who has bought from %(company)s. Widen it.",
                        company=sample.company_id.name,
                    )
                )
            needed, wanted = sample._get_sizes(len(order))
            sample.write(
                {
                    "state": "drawn",
                    "date": sample.company_id._get_retention_today(),
                    "population_count": len(order),
                    "needed_count": needed,
                    "wanted_count": wanted,
                    "order_file": base64.b64encode("\n".join(map(str, order)).encode()),
                }
            )
            if all(sample._draw_next(wanted, order).mapped("reason")):
                raise UserError(sample._get_short_sentence(0))

    def _check_complete(self):
        self.ensure_one()
        needed = {"survey": "survey_id", "call": "program_id"}[self.mode]
        if not self[needed]:
            raise UserError(
                self.env._(
                    "%(field)s is empty. Choose what customers are asked with.",
                    field=self._fields[needed].get_description(self.env)["string"],
                )
            )

    def _draw_next(self, count, order=None):
        """Draw the next ``count`` who can be asked; those passed over are noted with the reason."""
        self.ensure_one()
        Member = self.env["retention.sample.member"].sudo()
        last = Member.search([("sample_id", "=", self.id)], order="position desc", limit=1)
        walk = self._walk(order or self._get_order(), last.position + 1, count)
        return Member.create(
            [
                {
                    "sample_id": self.id,
                    "partner_id": partner_id,
                    "position": position,
                    "reason": reason,
                }
                for position, partner_id, reason in walk
            ]
        )
