from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ..models.common.say_value import say_money

# Movements and losses are those of so many days.
WEEK = 7
# So many silent gold customers are named.
NAMED = 5


class RetentionOverview(models.AbstractModel):
    """The first page: what to do now, what is at risk, what moved; each number opens what it counts.

    Of the current company, and of the customers whom the reader may see: a salesperson with own
    documents reads about own and unassigned customers.
    """

    _name = "retention.overview"
    _description = "Overview"

    @api.model
    @api.readonly
    def get_overview(self):
        """Return the cards of the page, and the steps to begin with where there is nothing yet.

        :return: ``{"cards": [{"key", "label", "value", "kind", "model", "domain", "group",
            "text", "sentence"}], "silent_gold": [{"id", "name", "value", "words", "can_call"}], "steps": [{"key",
            "label", "is_done"}], "is_own", "day"}``. ``kind`` is ``count`` (of the records in
            ``domain``), ``money`` (sum of ``field`` over them, company currency), ``rate``
            (share, 0 to 1, of the records in ``base``; None where there are none) or ``text``
            (nothing is known, and ``sentence`` says why; ``value`` is None). ``text`` is the
            value as people read it. ``group`` is ``now``, ``state`` or ``week``. Where no run has
            counted yet, ``cards`` is empty.
        :raise AccessError: the reader may not read figures
        """
        self.env["retention.customer"].check_access("read")
        run = self._get_last_run()
        has_figures = bool(run.customer_count)
        steps = self._get_steps(has_figures)
        cards = [self._fill_card(card) for card in self._get_cards()] if has_figures else []
        return {
            "cards": cards,
            "silent_gold": self._get_silent_gold() if has_figures else [],
            "steps": steps,
            "is_own": not self.env.user.has_group("sales_team.group_sale_salesman_all_leads"),
            "day": run.date if run else False,
        }

    @api.model
    def _get_company_domain(self):
        return Domain("company_id", "=", self.env.company.id)

    @api.model
    def _get_cards(self):
        """Return the cards without their values, in order. Hook: rooms and addons add theirs.

        Each has ``key``, ``label``, ``group``, ``kind``, ``model`` and ``domain``; ``field`` for
        money, ``base`` (the domain of all) for a rate, ``text`` for a text; ``sentence`` is a line below the number.
        """
        return [
            *self._get_cards_of_now(),
            *self._get_cards_of_state(),
            *self._get_cards_of_outlook(),
            *self._get_cards_of_week(),
        ]

    @api.model
    def _get_cards_of_now(self):
        """Return what to do now: the follow-ups are those of My Day."""
        company = self._get_company_domain()
        today = self.env.company._get_retention_today()
        open_ones = company & Domain("state", "=", "open")
        mine = open_ones & Domain("user_id", "=", self.env.uid)
        due = mine & Domain("date_opened", "<=", today)
        overdue = mine & Domain("date_opened", "<", today)
        overdue &= Domain("date_deadline", "=", False) | Domain("date_deadline", "<", today)
        to_assign = open_ones & Domain("user_id", "=", False)
        to_review = Domain("is_review_due", "=", True) & Domain("retention_status", "!=", "lost")
        followup = "retention.followup"
        return [
            _count("followups_due", "now", self.env._("Follow-ups due"), followup, due),
            _count("followups_overdue", "now", self.env._("Overdue"), followup, overdue),
            _count("to_assign", "now", self.env._("To assign"), followup, to_assign),
            _count("to_thank", "now", self.env._("To thank"), "retention.to.thank", company),
            _count("to_review", "now", self.env._("To review"), "res.partner", to_review),
        ]

    @api.model
    def _get_cards_of_state(self):
        """Return how things stand: what is at risk, what customers say and bring."""
        company = self._get_company_domain()
        today = self.env.company._get_retention_today()
        at_risk = company & Domain("status", "in", ("late", "silent"))
        dear = Domain("is_gold", "=", True) | Domain("rfm_segment", "=", "cannot_lose")
        year = today - timedelta(days=365)
        answered = company & Domain("date", ">", year) & Domain("level", "!=", False)
        brought = Domain("referred_date", ">", year) & Domain("referred_by_id", "!=", False)
        running = Domain("state", "=", "running")
        running &= Domain("company_id", "in", (False, self.env.company.id))
        return [
            {
                "key": "value_at_risk",
                "group": "state",
                "label": self.env._("Value at risk"),
                "kind": "money",
                "model": "retention.customer",
                "domain": at_risk,
                "field": "value_at_risk",
                "sentence": self.env._(
                    "Late and silent customers: the better of their last two years."
                ),
            },
            _count(
                "silent_gold",
                "state",
                self.env._("Silent gold"),
                "retention.customer",
                at_risk & dear,
                self.env._("Late or silent, and gold or not to be lost."),
            ),
            {
                "key": "satisfaction",
                "group": "state",
                "label": self.env._("Satisfied"),
                "kind": "rate",
                "model": "retention.satisfaction",
                "domain": answered & Domain("level", "in", ("satisfied", "very_satisfied")),
                "base": answered,
                "sentence": self.env._("Of the answers of 12 months."),
            },
            _count(
                "referrals",
                "state",
                self.env._("Brought us by customers"),
                "res.partner",
                brought,
                self.env._("In 12 months."),
            ),
            _count(
                "programs_running",
                "state",
                self.env._("Programs running"),
                "retention.program",
                running,
            ),
        ]

    @api.model
    def _get_cards_of_outlook(self):
        """Return what is expected, or why nothing is said of it."""
        company = self._get_company_domain()
        expected = {
            "key": "expected_value",
            "group": "state",
            "label": self.env._("Expected in 90 days"),
            "model": "retention.customer",
            "domain": company & Domain("expected_value", "!=", False),
        }
        reason = self.env["retention.outlook"]._say_why_not(self.env.company, 90)
        if reason:
            return [{**expected, "kind": "text", "text": "–", "sentence": reason}]
        fading = company & Domain("is_fading", "=", True)
        return [
            {
                **expected,
                "kind": "money",
                "field": "expected_value",
                "sentence": self.env._("As learnt from your past; not knowing seasons."),
            },
            _count(
                "fading",
                "state",
                self.env._("Valuable and fading"),
                "retention.customer",
                fading,
                self.env._("Gold or class A, and less than half of last year's value is expected."),
            ),
        ]

    @api.model
    def _get_cards_of_week(self):
        """Return what moved since last week."""
        company = self._get_company_domain()
        since = self.env.company._get_retention_today() - timedelta(days=WEEK)
        recent = company & Domain("date", ">", since)
        moved = recent & Domain("type", "=", "status")
        up, down = (moved & Domain("direction", "=", way) for way in ("up", "down"))
        back = company & Domain("date_won_back", ">", since)
        event, loss = "retention.event", "retention.loss"
        return [
            _count("came_up", "week", self.env._("Came up"), event, up),
            _count("went_down", "week", self.env._("Went down"), event, down),
            _count("lost", "week", self.env._("Lost"), loss, recent),
            _count("won_back", "week", self.env._("Won back"), loss, back),
        ]

    @api.model
    def _fill_card(self, card):
        """Return ``card`` with its value, computed from its domain as the reader finds it."""
        model, domain = self.env[card["model"]], card.pop("domain")
        base = card.pop("base", None)
        value = None
        if card["kind"] == "money":
            [(total,)] = model._read_group(domain, [], [f"{card['field']}:sum"])
            value = total or 0
            text = say_money(self.env, value, self.env.company.currency_id)
        elif card["kind"] == "rate":
            count = model.search_count(base)
            value = model.search_count(domain) / count if count else None
            text = self.env._("%s %%", round(100 * value)) if count else self.env._("No answer yet")
            card["base"] = list(base)
        elif card["kind"] == "text":
            text = card["text"]
        else:
            value = model.search_count(domain)
            text = str(value)
        return {**card, "value": value, "text": text, "domain": list(domain)}

    @api.model
    def _get_silent_gold(self):
        """Return the customers whose silence costs most, the largest first, who have no follow-up."""
        [card] = [each for each in self._get_cards() if each["key"] == "silent_gold"]
        alone = Domain("partner_id.retention_followup_ids", "not any", [("state", "=", "open")])
        figures = self.env["retention.customer"].search(
            card["domain"] & alone, order="value_year desc, id", limit=NAMED
        )
        currency = self.env.company.currency_id
        return [
            {
                "id": figure.partner_id.id,
                "name": figure.partner_id.display_name,
                "value": say_money(self.env, figure.value_at_risk, currency),
                **figure.partner_id._say_uncalled_reason(),
            }
            for figure in figures
        ]

    @api.model
    def _get_last_run(self):
        return (
            self.env["retention.run"]
            .sudo()
            .search(
                [*self._get_company_domain(), ("is_complete", "=", True)], order="id desc", limit=1
            )
        )

    @api.model
    def _get_steps(self, has_figures):
        """Return the three steps that fill the page, and which of them are done."""
        running = self.env["retention.program"].sudo().search_count(
            Domain("state", "=", "running")
            & Domain("company_id", "in", (False, self.env.company.id)),
            limit=1,
        )  # fmt: skip
        return [
            {
                "key": "basis",
                "label": self.env._("Choose whether invoices or orders count"),
                "is_done": has_figures,
            },
            {"key": "count", "label": self.env._("Count now"), "is_done": has_figures},
            {
                "key": "program",
                "label": self.env._("Switch on a program"),
                "is_done": bool(running),
            },
        ]


def _count(key, group, label, model, domain, sentence=False):
    """Return a card that counts the records in ``domain``."""
    return {
        "key": key,
        "group": group,
        "label": label,
        "kind": "count",
        "model": model,
        "domain": domain,
        "sentence": sentence,
    }
