"""The definitions of figures a second time, in plain Python, to hold the SQL against.

Written from the definitions (``readme/DEFINITIONS.rst``), not from the statements: lists are
sorted, fractions are exact, nothing is clever. No Odoo, no database, no clock.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from statistics import median

import pytz

SEGMENTS = {
    5: ("champion", "potential", "new"),
    4: ("champion", "potential", "promising"),
    3: ("loyal", "attention", "about_to_sleep"),
    2: ("at_risk", "at_risk", "hibernating"),
    1: ("cannot_lose", "dormant", "dormant"),
}
EVENT_FIGURES = ("status", "abc_class", "is_gold", "rfm_segment")


@dataclass(frozen=True)
class Settings:
    """The numbers of a company's definitions, with those that Odoo starts with."""

    gold_percent: Fraction = Fraction(10)
    abc_method: str = "top"
    abc_a_percent: Fraction = Fraction(20)
    abc_growth_percent: Fraction = Fraction(10)
    pareto_a_percent: Fraction = Fraction(80)
    pareto_b_percent: Fraction = Fraction(95)
    gap_weight: int = 2
    gap_default_days: int = 90
    gap_min_customers: int = 20
    new_days: int = 90
    won_back_days: int = 90
    active_factor: Fraction = Fraction(3, 2)
    silent_factor: Fraction = Fraction(3)
    lost_days: int = 730


@dataclass(frozen=True)
class Company:
    """A company: what its purchases are counted from, in which zone and currency."""

    basis: str
    zone: str
    currency: str
    rounding: Fraction
    settings: Settings = Settings()


@dataclass(frozen=True)
class Invoice:
    """A document of accounting; ``amount`` is signed and in the company's currency."""

    partner: int
    day: date
    amount: Fraction
    move_type: str = "out_invoice"
    state: str = "posted"
    credited: Fraction = Fraction(0)  # by posted credit notes that name it


@dataclass(frozen=True)
class Order:
    """A sales order; ``rate`` is units of its currency for one unit of the company's."""

    partner: int
    moment: datetime
    amount: Fraction
    currency: str
    rate: Fraction = Fraction(1)
    state: str = "sale"


@dataclass(frozen=True)
class Past:
    """A purchase from before Odoo, in any currency."""

    partner: int
    day: date
    amount: Fraction
    currency: str


@dataclass(frozen=True)
class Purchase:
    """A purchase as figures see it: of a commercial partner, in company currency."""

    partner: int
    day: date
    amount: Fraction
    is_counted: bool = True


@dataclass(frozen=True)
class Total:
    """What one customer bought up to today."""

    value_month: Fraction
    value_year: Fraction
    value_year_1: Fraction
    value_year_2: Fraction
    lifetime_value: Fraction
    average_purchase: Fraction
    purchase_count: int
    purchase_days: int
    first_purchase_date: date
    previous_purchase_date: date | None
    last_purchase_date: date

    @property
    def span(self):
        """Days from the first to the last purchase."""
        return (self.last_purchase_date - self.first_purchase_date).days


@dataclass(frozen=True)
class Limits:
    """What follows from all customers together."""

    customer_count: int
    buyer_count: int
    company_gap_days: int
    gold_limit: Fraction | None
    best_not_gold: Fraction | None
    a_limit: Fraction | None
    b_limit: Fraction | None
    recency: list = field(default_factory=list)
    frequency: list = field(default_factory=list)
    monetary: list = field(default_factory=list)


# ----------------------------------------------------------------------
# Purchases
# ----------------------------------------------------------------------


def local_day(moment, zone):
    """Return the day in ``zone`` of a naive UTC ``moment``."""
    return pytz.utc.localize(moment).astimezone(pytz.timezone(zone)).date()


def round_half_up(amount, rounding):
    """Round to a multiple of ``rounding``, halves away from zero."""
    units = floor(abs(amount) / rounding + Fraction(1, 2)) * rounding
    return units if amount >= 0 else -units


def convert(amount, source, target, rates, day, rounding):
    """Return ``amount`` in currency ``target``, at the rates of ``day``, rounded.

    :param rates: ``{currency: [(day, units for one of the reference)]}``; before the first rate of
        a currency its first holds, a currency without rates has 1
    """
    if source == target:
        return amount

    def get_rate(currency):
        known = sorted(rates.get(currency, []))
        before = [rate for since, rate in known if since <= day]
        return before[-1] if before else known[0][1] if known else Fraction(1)

    return round_half_up(amount * get_rate(target) / get_rate(source), rounding)


def get_purchases(company, documents, commercial, excluded, rates):
    """Return the purchases among ``documents`` of ``company``.

    :param commercial: ``{partner: commercial partner}`` of today
    :param excluded: commercial partners who are no customers
    """
    purchases = []
    for document in documents:
        purchase = _get_purchase(company, document, commercial[document.partner], rates)
        if purchase and purchase.amount != 0 and purchase.partner not in excluded:
            purchases.append(purchase)
    return purchases


def _get_purchase(company, document, partner, rates):
    if isinstance(document, Past):
        amount = convert(
            document.amount,
            document.currency,
            company.currency,
            rates,
            document.day,
            company.rounding,
        )
        return Purchase(partner, document.day, amount, amount > 0)
    if isinstance(document, Order):
        if company.basis != "ordered" or document.state != "sale":
            return None
        amount = document.amount
        if document.currency != company.currency:
            amount = round_half_up(amount / document.rate, company.rounding)
        return Purchase(partner, local_day(document.moment, company.zone), amount, amount > 0)
    if (
        company.basis != "invoiced"
        or document.state != "posted"
        or document.move_type not in ("out_invoice", "out_refund", "out_receipt")
    ):
        return None
    is_counted = document.amount > 0 and document.credited < document.amount
    return Purchase(partner, document.day, document.amount, is_counted)


# ----------------------------------------------------------------------
# One customer
# ----------------------------------------------------------------------


def get_totals(purchases, today):
    """Return ``{partner: Total}`` of all who have a purchase day up to ``today``."""
    by_partner = defaultdict(list)
    for purchase in purchases:
        if purchase.day <= today:
            by_partner[purchase.partner].append(purchase)
    totals = {partner: _get_total(bought, today) for partner, bought in by_partner.items()}
    return {partner: total for partner, total in totals.items() if total}


def _get_total(purchases, today):
    counted = [purchase for purchase in purchases if purchase.is_counted]
    if not counted:
        return None
    days = sorted({purchase.day for purchase in counted})

    def get_value(first, until):
        return sum(
            (
                purchase.amount
                for purchase in purchases
                if today - timedelta(days=until) < purchase.day <= today - timedelta(days=first)
            ),
            Fraction(0),
        )

    return Total(
        value_month=get_value(0, 30),
        value_year=get_value(0, 365),
        value_year_1=get_value(365, 730),
        value_year_2=get_value(730, 1095),
        lifetime_value=sum((purchase.amount for purchase in purchases), Fraction(0)),
        average_purchase=sum(purchase.amount for purchase in counted) / Fraction(len(counted)),
        purchase_count=len(counted),
        purchase_days=len(days),
        first_purchase_date=days[0],
        previous_purchase_date=days[-2] if len(days) > 1 else None,
        last_purchase_date=days[-1],
    )


# ----------------------------------------------------------------------
# All customers
# ----------------------------------------------------------------------


def get_limits(totals, settings):
    """Return the Limits of ``totals`` (``{partner: Total}``)."""
    everybody = list(totals.values())
    values = sorted((total.value_year for total in everybody if total.value_year > 0), reverse=True)
    gold_limit = _get_top_limit(values, settings.gold_percent)
    below = [value for value in values if value < gold_limit] if values else []
    a_limit, b_limit = _get_top_limit(values, settings.abc_a_percent), None
    if settings.abc_method == "pareto":
        a_limit = _get_pareto_limit(values, settings.pareto_a_percent)
        b_limit = _get_pareto_limit(values, settings.pareto_b_percent)
    return Limits(
        customer_count=len(everybody),
        buyer_count=len(values),
        company_gap_days=_get_company_gap(everybody, settings),
        gold_limit=gold_limit,
        best_not_gold=max(below, default=None),
        a_limit=a_limit,
        b_limit=b_limit,
        recency=_get_quintiles([total.last_purchase_date for total in everybody]),
        frequency=_get_quintiles([total.purchase_days for total in everybody]),
        monetary=_get_quintiles([total.value_year + total.value_year_1 for total in everybody]),
    )


def get_rank(value, values):
    """Return 1 plus the number of ``values`` that are larger."""
    return 1 + sum(other > value for other in values)


def get_cumulative_percent(value, values):
    """Return the share (0-100) that those with ``value`` or more hold of the sum of ``values``."""
    return sum(other for other in values if other >= value) * 100 / Fraction(sum(values))


def _get_top_limit(values, percent):
    """Return the smallest value whose rank is among the top ``percent``."""
    top = ceil(percent * len(values) / 100)
    return min((value for value in values if get_rank(value, values) <= top), default=None)


def _get_pareto_limit(values, percent):
    """Return the smallest value whose strictly larger ones hold less than ``percent``."""
    total = sum(values)
    return min(
        (
            value
            for value in values
            if sum(other for other in values if other > value) * 100 < percent * total
        ),
        default=None,
    )


def _get_quintiles(values):
    ascending = sorted(values)
    count = len(ascending)
    return (
        [ascending[ceil(Fraction(count * fifth, 5)) - 1] for fifth in range(1, 5)] if count else []
    )


def _get_company_gap(everybody, settings):
    gaps = [
        Fraction(total.span, total.purchase_days - 1)
        for total in everybody
        if total.purchase_days - 1 >= 2
    ]
    if len(gaps) < settings.gap_min_customers:
        return settings.gap_default_days
    return max(1, floor(median(gaps) + Fraction(1, 2)))


# ----------------------------------------------------------------------
# Figures
# ----------------------------------------------------------------------


def get_figures(total, limits, settings, today, losses=()):
    """Return the figures of one customer as a dict.

    :param limits: the Limits of all customers, of today or of the last full run
    :param losses: days on which a loss of this customer was recorded
    """
    own_gaps = total.purchase_days - 1
    gap = _get_expected_gap(total.span, own_gaps, limits, settings)
    expected_date = total.last_purchase_date + timedelta(days=floor(gap + Fraction(1, 2)))
    recency = _get_score(total.last_purchase_date, limits.recency)
    frequency = _get_score(total.purchase_days, limits.frequency)
    monetary = _get_score(total.value_year + total.value_year_1, limits.monetary)
    both = ceil(Fraction(frequency + monetary, 2))
    is_gold = (
        total.value_year > 0
        and limits.gold_limit is not None
        and total.value_year >= limits.gold_limit
    )
    return {
        **vars(total),
        "expected_gap_days": gap,
        "expected_date": expected_date,
        "days_late": max(0, (today - expected_date).days),
        "is_gold": is_gold,
        "gold_gap": max(Fraction(0), (limits.gold_limit or 0) - total.value_year),
        "gold_margin": (
            max(Fraction(0), total.value_year - (limits.best_not_gold or 0)) if is_gold else 0
        ),
        "abc_class": _get_abc_class(total, limits, settings),
        "recency_score": recency,
        "frequency_score": frequency,
        "monetary_score": monetary,
        "rfm_segment": SEGMENTS[recency][0 if both >= 4 else 1 if both == 3 else 2],
        "status": _get_status(total, limits, settings, today, losses),
    }


def _get_expected_gap(span, own_gaps, limits, settings):
    weight = settings.gap_weight
    return Fraction(weight * limits.company_gap_days + span, weight + own_gaps)


def _get_score(value, limits):
    return 1 + sum(limit < value for limit in limits)


def _get_abc_class(total, limits, settings):
    value, before, first = total.value_year, total.value_year_1, total.value_year_2
    if value > 0 and limits.a_limit is not None and value >= limits.a_limit:
        return "a"
    if settings.abc_method == "pareto":
        is_b = value > 0 and limits.b_limit is not None and value >= limits.b_limit
        return "b" if is_b else "c"
    growth = 1 + settings.abc_growth_percent / 100
    grew = value >= growth * before > 0 and before >= growth * first > 0
    return "b" if grew else "c"


def _get_status(total, limits, settings, today, losses):
    last, previous = total.last_purchase_date, total.previous_purchase_date
    idle = (today - last).days
    losses = [day for day in losses if day <= today]
    if idle >= settings.lost_days or any(day >= last for day in losses):
        return "lost"
    own_gaps = total.purchase_days - 1
    if idle < settings.won_back_days and previous:
        pause = (last - previous).days
        span_before = (previous - total.first_purchase_date).days
        gap_before = _get_expected_gap(span_before, own_gaps - 1, limits, settings)
        if (
            any(previous <= day < last for day in losses)
            or pause > settings.lost_days
            or pause > settings.silent_factor * gap_before
        ):
            return "won_back"
    if own_gaps == 0 and (today - total.first_purchase_date).days < settings.new_days:
        return "new"
    gap = _get_expected_gap(total.span, own_gaps, limits, settings)
    if idle <= settings.active_factor * gap:
        return "active"
    return "late" if idle <= settings.silent_factor * gap else "silent"


def get_events(before, after):
    """Return what a run records: ``{(partner, figure, old, new)}`` from ``{partner: figures}``."""
    events = set()
    for partner in before.keys() | after.keys():
        old, new = before.get(partner), after.get(partner)
        if old and new:
            events |= {
                (partner, name, old[name], new[name])
                for name in EVENT_FIGURES
                if old[name] != new[name]
            }
        elif old:
            events.add((partner, "status", old["status"], "prospect"))
        elif new["status"] == "new":
            events.add((partner, "status", "prospect", "new"))
    return events
