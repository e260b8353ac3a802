"""The definition of contribution a second time, in plain Python over plain values.

Amounts are ``Fraction``; days are counted back from today, so that 0 is today and -1 tomorrow. Nothing
here knows Odoo or its tables.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

DAYS = 365


def half_up(amount, unit=Fraction(1, 100)):
    """Round half away from zero."""
    steps = abs(amount) / unit
    return (1 if amount >= 0 else -1) * floor(steps + Fraction(1, 2)) * unit


@dataclass
class Line:
    """A line of a document, its price in the currency of the document; ``product`` is any key or None.

    ``cost``: of one unit in company currency, 0 where nobody knows.
    """

    product: object
    quantity: int
    price: Fraction
    cost: Fraction


@dataclass
class Document:
    """An invoice, credit note or order of a customer at ``rate`` units of its currency for one of ours."""

    customer: int
    day: int
    lines: list
    rate: Fraction = Fraction(1)
    unit: Fraction = Fraction(1, 100)
    sign: int = 1
    reverses: "Document" = None
    due: int = 0
    payments: list = field(default_factory=list)

    def get_sales(self, line):
        return half_up(half_up(line.quantity * line.price, self.unit) / self.rate)

    def gives_goods_back(self, line):
        if line.product is None:
            return False
        if not self.reverses:
            return True
        sold = [each for each in self.reverses.lines if each.product == line.product]
        price = sum(half_up(each.quantity * each.price, self.unit) for each in sold)
        price /= sum(each.quantity for each in sold)
        return 2 * half_up(line.quantity * line.price, self.unit) >= line.quantity * price


def is_counted(day):
    return 0 <= day < DAYS


def get_goods(documents):
    """Return ``{customer: (sales, goods, known sales, all sales)}``; the last two without their signs."""
    totals = {}
    for document in filter(lambda each: is_counted(each.day), documents):
        for line in document.lines:
            sales, goods, known, asked = totals.get(document.customer, (0, 0, 0, 0))
            amount = document.get_sales(line)
            sales += document.sign * amount
            if document.sign > 0 or document.gives_goods_back(line):
                goods += document.sign * line.quantity * line.cost
                asked += abs(amount)
                known += abs(amount) if line.cost else 0
            totals[document.customer] = (sales, goods, known, asked)
    return totals


def get_late(documents, interest):
    """Return ``{customer: interest}`` of invoices by their terms, payments and what is open."""
    late = {}
    for document in documents:
        if document.sign < 0:
            continue
        rest = sum(document.get_sales(line) for line in document.lines)
        settled = []
        for day, amount in document.payments:
            settled.append((min(day, document.day), min(rest, amount)))
            rest -= min(rest, amount)
        settled.append((0, rest))
        for day, amount in settled:
            day = max(day, 0)  # what is paid tomorrow is open today
            days = min(document.due, DAYS) - day
            if days > 0 and is_counted(day):
                cost = amount * days * interest / 100 / 365
                late[document.customer] = late.get(document.customer, 0) + cost
    return late


def get_visits(visits, hourly):
    """Return ``{customer: cost}`` of visits ``(customers, day, minutes)``."""
    costs = {}
    for customers, day, minutes in visits:
        for customer in set(customers) if is_counted(day) else ():
            part = Fraction(minutes) / len(set(customers)) * hourly / 60
            costs[customer] = costs.get(customer, 0) + part
    return costs


def get_calls(calls, hourly):
    """Return ``{customer: cost}`` of done activities ``(customer, day, minutes)``."""
    return get_visits([((customer,), day, minutes) for customer, day, minutes in calls], hourly)


def get_thanks(thanks):
    """Return ``{customer: cost}`` of thanks ``(customer, day, cost)``."""
    costs = {}
    for customer, day, cost in thanks:
        if is_counted(day):
            costs[customer] = costs.get(customer, 0) + cost
    return costs


def get_contribution(customer, counted, visits, calls, thanks, late):
    """Return the figures of ``customer``; contribution is None where too little is known."""
    sales, goods, known, asked = counted.get(customer, (0, 0, 0, 0))
    goods = half_up(Fraction(goods))
    visit, call, thank, interest = (
        half_up(Fraction(costs.get(customer, 0))) for costs in (visits, calls, thanks, late)
    )
    serve = visit + call + thank + interest
    is_known = 100 * known >= 80 * asked
    return {
        "goods_year": goods,
        "visit_year": visit + call,
        "goodwill_year": thank,
        "late_year": interest,
        "serve_year": serve,
        "cost_known_percent": Fraction(100 * known, asked) if asked else 100,
        "contribution_year": sales - goods - serve if is_known else None,
    }
