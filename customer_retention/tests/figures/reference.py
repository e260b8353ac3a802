"""The figures once more, written from their definitions in plain Python: slow, obvious, exact.

Nothing here is shared with the addon. ``get_figures`` takes purchases and returns what the table
of figures has to hold, so that a test can compare both on purchases that nobody chose.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import ceil, floor
from statistics import median


@dataclass
class Customer:
    """One customer with all figures; amounts are whole cents."""

    purchases: list  # (day, cents)
    today: date
    figures: dict = field(default_factory=dict)

    def get_value(self, first, last):
        """Return the cents of purchases from ``first`` to before ``last`` days ago."""
        return sum(
            cents for day, cents in self.purchases if first <= (self.today - day).days < last
        )

    def measure(self):
        """Fill in what follows from the own purchases."""
        self.purchases = [
            (day, cents) for day, cents in self.purchases if cents and day <= self.today
        ]
        positive = [(day, cents) for day, cents in self.purchases if cents > 0]
        self.days = sorted({day for day, _cents in positive})
        if not self.days:
            return False
        self.last, self.first = self.days[-1], self.days[0]
        self.previous = self.days[-2] if len(self.days) > 1 else None
        self.m = len(self.days) - 1
        self.span = (self.last - self.first).days
        self.idle = (self.today - self.last).days
        self.figures = {
            "value_month": self.get_value(0, 30),
            "value_year": self.get_value(0, 365),
            "value_year_1": self.get_value(365, 730),
            "value_year_2": self.get_value(730, 1095),
            "lifetime_value": sum(cents for _day, cents in self.purchases),
            "purchase_count": len(positive),
            "purchase_days": len(self.days),
            "first_purchase_date": self.first,
            "previous_purchase_date": self.previous,
            "last_purchase_date": self.last,
        }
        self.average = Fraction(sum(cents for _day, cents in positive), len(positive))
        return True


def get_scores(values):
    """Return the score of each value: 1 plus the number of the four limits below it."""
    ordered = sorted(values)
    limits = [ordered[ceil(Fraction(fifth * len(values), 5)) - 1] for fifth in (1, 2, 3, 4)]
    return [1 + sum(limit < value for limit in limits) for value in values]


def get_segment(recency, frequency, monetary):
    """Return the segment of three scores, as the table of the definitions has it."""
    both = ceil(Fraction(frequency + monetary, 2))
    column = 0 if both >= 4 else 1 if both == 3 else 2
    return {
        5: ("champion", "potential", "new"),
        4: ("champion", "potential", "promising"),
        3: ("loyal", "attention", "about_to_sleep"),
        2: ("at_risk", "at_risk", "hibernating"),
        1: ("cannot_lose", "dormant", "dormant"),
    }[recency][column]


def get_company_gap(customers):
    """Return the median of own gaps in whole days, half up; 90 for fewer than twenty."""
    gaps = [Fraction(each.span, each.m) for each in customers if each.m >= 2]
    return max(1, floor(median(gaps) + Fraction(1, 2))) if len(gaps) >= 20 else 90


def get_status(customer, gap):
    """Return the first status that matches; there are no recorded losses here."""

    def get_lateness(days, span, m):
        return Fraction(days) / Fraction(2 * gap + span, 2 + m)

    if customer.idle >= 730:
        return "lost"
    if customer.previous and customer.idle < 90:
        pause = (customer.last - customer.previous).days
        span = (customer.previous - customer.first).days
        if pause > 730 or get_lateness(pause, span, customer.m - 1) > 3:
            return "won_back"
    if customer.m == 0 and customer.idle < 90:
        return "new"
    lateness = get_lateness(customer.idle, customer.span, customer.m)
    return "active" if lateness <= Fraction(3, 2) else "late" if lateness <= 3 else "silent"


def get_classes(customers, method):
    """Return A, B or C of each customer."""
    values = [each.figures["value_year"] for each in customers]
    buyers = [value for value in values if value > 0]
    classes = []
    for customer, value in zip(customers, values, strict=True):
        larger = [each for each in buyers if each > value]
        before = customer.figures["value_year_1"]
        long_before = customer.figures["value_year_2"]
        grew = before > 0 and long_before > 0
        grew = grew and 10 * value >= 11 * before and 10 * before >= 11 * long_before
        if method == "pareto":
            share = Fraction(100 * sum(larger), sum(buyers)) if buyers else 0
            is_a, is_b = value > 0 and share < 80, value > 0 and share < 95
        else:
            is_a = value > 0 and 1 + len(larger) <= ceil(Fraction(20 * len(buyers), 100))
            is_b = grew
        classes.append("a" if is_a else "b" if is_b else "c")
    return classes


def get_figures(purchases, today, method="top"):
    """Return ``{customer: figures}`` from ``(customer, day, cents)``."""
    bought = defaultdict(list)
    for key, day, cents in purchases:
        bought[key].append((day, cents))
    by_key = {key: Customer(each, today) for key, each in bought.items()}
    by_key = {key: each for key, each in by_key.items() if each.measure()}
    customers = list(by_key.values())
    gap = get_company_gap(customers)
    buyers = [each.figures["value_year"] for each in customers]
    buyers = [value for value in buyers if value > 0]
    gold_places = ceil(Fraction(10 * len(buyers), 100))
    recency = get_scores([each.last for each in customers])
    frequency = get_scores([len(each.days) for each in customers])
    monetary = get_scores(
        [each.figures["value_year"] + each.figures["value_year_1"] for each in customers]
    )
    classes = get_classes(customers, method)
    for place, customer in enumerate(customers):
        value = customer.figures["value_year"]
        rank = 1 + sum(each > value for each in buyers)
        expected = Fraction(2 * gap + customer.span, 2 + customer.m)
        due = customer.last.toordinal() + floor(expected + Fraction(1, 2))
        customer.figures |= {
            "rank": rank if value > 0 else 0,
            "is_gold": value > 0 and rank <= gold_places,
            "abc_class": classes[place],
            "recency_score": recency[place],
            "frequency_score": frequency[place],
            "monetary_score": monetary[place],
            "rfm_segment": get_segment(recency[place], frequency[place], monetary[place]),
            "expected_date": date.fromordinal(due),
            "days_late": max(0, today.toordinal() - due),
            "status": get_status(customer, gap),
        }
        customer.expected = expected
    gold = [each.figures["value_year"] for each in customers if each.figures["is_gold"]]
    others = [value for value in buyers if not gold or value < min(gold)]
    for customer in customers:
        value, is_gold = customer.figures["value_year"], customer.figures["is_gold"]
        customer.figures["gold_gap"] = max(0, min(gold, default=0) - value) if gold else 0
        customer.figures["gold_margin"] = value - max(others, default=0) if is_gold else 0
    return by_key
