from babel.dates import format_date, format_skeleton

from odoo import api, models
from odoo.tools.misc import babel_locale_parse, get_lang


class RetentionCustomer(models.Model):
    """The status of a customer in words, with its reason."""

    _inherit = "retention.customer"

    @api.depends("status", "last_purchase_date", "expected_gap_days", "purchase_days")
    @api.depends_context("lang")
    def _compute_status_reason(self):
        for customer in self:
            customer.status_reason = self._get_status_sentence(
                customer.status, customer.company_id, customer
            )

    @api.model
    def _get_status_sentence(self, status, company, figures):
        """Return ``status`` in a sentence a salesperson would say, in the reader's language.

        :param figures: a record with the figures in ``company``: a customer's or a partner's;
            only what the sentence needs is read
        :return: False without a status
        """
        if not status:
            return False
        if status == "prospect":
            return self.env._("No purchase yet")
        today, last = company._get_retention_today(), figures.last_purchase_date
        days = (today - last).days
        words = {
            "last": self._format_day(last, today),
            "due": self._format_day(figures.expected_date, today),
            "gap": int(figures.expected_gap_days + 0.5),
            "ago": self._format_ago(days),
        }
        if status == "new":
            return self.env._("New: first purchase on %(last)s, %(ago)s.", **words)
        if status == "won_back":
            words["pause"] = (last - figures.previous_purchase_date).days
            return self.env._(
                "Won back: bought again on %(last)s after %(pause)s days, %(ago)s.", **words
            )
        if status == "lost":
            if days >= company.retention_lost_days:
                return self.env._("Lost: no purchase since %(last)s, %(ago)s.", **words)
            return self.env._(
                "Lost: recorded as lost after the last purchase on %(last)s, %(ago)s.", **words
            )
        if figures.purchase_days == 1:
            return self._get_status_sentence_once(status, words)
        return self._get_status_sentence_repeated(status, words)

    @api.model
    def _get_status_sentence_once(self, status, words):
        sentences = {
            "active": self.env._(
                "Active: bought once, on %(last)s, %(ago)s; due again on %(due)s.", **words
            ),
            "late": self.env._(
                "Late: bought once, on %(last)s, %(ago)s; was due again on %(due)s.", **words
            ),
            "silent": self.env._(
                "Silent: bought once, on %(last)s, %(ago)s, and not again.", **words
            ),
        }
        return sentences.get(status, "")

    @api.model
    def _get_status_sentence_repeated(self, status, words):
        sentences = {
            "active": self.env._(
                "Active: buys about every %(gap)s days, last on %(last)s, %(ago)s.", **words
            ),
            "late": self.env._(
                "Late: buys about every %(gap)s days, last on %(last)s, %(ago)s.", **words
            ),
            "silent": self.env._(
                "Silent: used to buy about every %(gap)s days, last on %(last)s, %(ago)s.", **words
            ),
        }
        return sentences.get(status, "")

    @api.model
    def _format_day(self, day, today):
        """Return ``day`` as people say it ("12 June"), with the year where it is not this one."""
        if not day:
            return ""
        locale = babel_locale_parse(get_lang(self.env).code)
        if day.year == today.year:
            return format_skeleton("MMMMd", day, locale=locale)
        return format_date(day, "long", locale=locale)

    @api.model
    def _format_ago(self, days):
        if days == 0:
            return self.env._("today")
        if days == 1:
            return self.env._("yesterday")
        return self.env._("%(days)s days ago", days=days)
