"""What customers will buy, learnt from what the same customers did before.

Whether a customer buys within the coming days is a logistic regression on four numbers (how long
ago, how late, how often, how much a time); for how much, a line through the logarithms of what
buyers bought. Both are learnt at a day that lies one horizon back, and tried out first: learnt two
horizons back, said of one horizon back, and held against what came.

Source: the area under the curve from ranks, J. A. Hanley & B. J. McNeil (1982). The fitting itself
is in ``regression``.
"""

from dataclasses import dataclass
from math import ceil, exp, log, log1p

from .regression import NotConverged, dot, fit_line, fit_logistic, get_probability

# Of a frequency: so many days are added to how long somebody has been a customer.
SOME_DAYS = 90
# Purchases at the average of all that are mixed with a customer's own.
SOME_PURCHASES = 2
CAP_PERCENT = 99
TENTHS = 10
TOPS = (10, 20)

MIN_CUSTOMERS = 300
MIN_EACH = 50
QUIET_DAYS = 30
HORIZONS_NEEDED = 3


@dataclass(frozen=True)
class Known:
    """What was known of one customer on a day, and what came after it.

    ``recency`` and ``tenure`` are days since the last and the first purchase, ``days`` purchase
    days, ``gap`` the days expected between two purchases, ``average`` and ``lifetime`` money up to
    that day. ``bought`` tells whether there was a purchase day within the horizon after it,
    ``amount`` what was bought less what was given back then.
    """

    recency: int
    tenure: int
    days: int
    gap: float
    average: float
    lifetime: float
    bought: bool = False
    amount: float = 0.0


@dataclass(frozen=True)
class Learnt:
    """What one horizon taught: coefficients of buying and of spending, scale, average purchase."""

    buying: tuple[float, ...]
    spending: tuple[float, ...]
    scale: float
    mean_purchase: float

    def get_chance(self, known):
        """Return the probability (0–1) that this customer buys within the horizon."""
        return get_probability(self.buying, get_features(known))

    def get_spending(self, known):
        """Return what this customer buys for within the horizon where they buy."""
        features = get_value_features(known, self.mean_purchase)
        return get_expected_value(self.spending, self.scale, features)

    def get_value(self, known):
        """Return what this customer will buy for within the horizon, on average."""
        return self.get_chance(known) * self.get_spending(known)


@dataclass(frozen=True)
class Trial:
    """How well it was said what came.

    Money is in the company's currency. ``auc`` is the share of pairs of a buyer and another
    customer in which the buyer stood higher, ``recency_auc`` the same by the last purchase alone.
    ``captured`` and ``captured_past`` are shares (0–1) of what was bought that the best of each of
    :data:`TOPS` percent held, by what was expected and by what they had bought before. ``tenths``
    run from those most likely to buy to the least.
    """

    customers: int
    buyers: int
    expected_buyers: float
    value: float
    expected_value: float
    auc: float
    recency_auc: float
    captured: dict[int, float]
    captured_past: dict[int, float]
    tenths: list[dict]


def get_features(known):
    """Return the numbers that tell whether this customer buys, the constant first."""
    return (
        1.0,
        log1p(known.recency),
        log1p(known.recency / known.gap),
        _get_frequency(known),
        log1p(max(0.0, known.average)),
    )


def get_value_features(known, mean_purchase):
    """Return the numbers that tell for how much a buyer buys, the constant first.

    More given back than bought counts as nothing bought.

    :param mean_purchase: mean average purchase of all, above 0
    """
    held = SOME_PURCHASES * mean_purchase + max(0.0, known.lifetime)
    return (1.0, log(held / (SOME_PURCHASES + known.days)), _get_frequency(known))


def _get_frequency(known):
    return log(known.days / (known.tenure + SOME_DAYS))


def get_expected_value(coefficients, scale, features):
    """Return what one who buys buys for, in the money learnt with."""
    return scale * exp(min(dot(coefficients, features), 700.0))


def get_span_refusal(history_days, quiet_days, horizon):
    """Return why nothing can be learnt, as ``(reason, number, number needed)``, or None.

    :param history_days: days since the first purchase of all
    :param quiet_days: days since the last purchase of all
    """
    if history_days < HORIZONS_NEEDED * horizon:
        return "history", history_days, HORIZONS_NEEDED * horizon
    if quiet_days >= QUIET_DAYS:
        return "quiet", quiet_days, QUIET_DAYS
    return None


def get_size_refusal(customers, buyers):
    """Return why so few teach nothing, as :func:`get_span_refusal`.

    :param customers: number of those known two horizons ago
    :param buyers: how many of them bought within the horizon after it
    """
    if customers < MIN_CUSTOMERS:
        return "customers", customers, MIN_CUSTOMERS
    if buyers < MIN_EACH:
        return "buyers", buyers, MIN_EACH
    if customers - buyers < MIN_EACH:
        return "others", customers - buyers, MIN_EACH
    return None


def learn(snapshot):
    """Return what a snapshot of customers teaches.

    :param snapshot: list of :class:`Known`, some of whom bought
    :raise NotConverged: no coefficients were found
    """
    mean_purchase = sum(max(0.0, known.average) for known in snapshot) / len(snapshot)
    if mean_purchase <= 0:
        raise NotConverged
    buying = fit_logistic([get_features(known) for known in snapshot], _get_outcomes(snapshot))
    # A buyer who gave back as much as was bought has no logarithm.
    buyers = [known for known in snapshot if known.bought and known.amount > 0]
    if not buyers:
        raise NotConverged
    amounts = sorted(known.amount for known in buyers)
    cap = amounts[ceil(len(amounts) * CAP_PERCENT / 100) - 1]
    capped = [min(known.amount, cap) for known in buyers]
    rows = [get_value_features(known, mean_purchase) for known in buyers]
    spending = fit_line(rows, [log(amount) for amount in capped])
    said = sum(get_expected_value(spending, 1.0, row) for row in rows)
    return Learnt(buying, spending, sum(capped) / said, mean_purchase)


def _get_outcomes(snapshot):
    return [1.0 if known.bought else 0.0 for known in snapshot]


def try_out(learnt, snapshot):
    """Hold what was learnt earlier against a later ``snapshot`` and return the :class:`Trial`.

    :param snapshot: list of :class:`Known`
    :raise NotConverged: all of them bought, or nobody: there is no order to judge
    """
    outcomes = [known.bought for known in snapshot]
    if len(set(outcomes)) < 2:
        raise NotConverged
    chances = [learnt.get_chance(known) for known in snapshot]
    spending = map(learnt.get_spending, snapshot)
    values = [chance * value for chance, value in zip(chances, spending, strict=True)]
    amounts = [known.amount for known in snapshot]
    past = [known.lifetime for known in snapshot]
    return Trial(
        customers=len(snapshot),
        buyers=sum(outcomes),
        expected_buyers=sum(chances),
        value=sum(amounts),
        expected_value=sum(values),
        auc=get_auc(chances, outcomes),
        recency_auc=get_auc([-known.recency for known in snapshot], outcomes),
        captured={percent: get_captured(values, amounts, percent) for percent in TOPS},
        captured_past={percent: get_captured(past, amounts, percent) for percent in TOPS},
        tenths=get_tenths(chances, values, snapshot),
    )


def get_auc(scores, outcomes):
    """Return the share of pairs of a true and a false outcome that the scores put in this order.

    Equal scores count half.

    :param outcomes: booleans, at least one of each
    """
    pairs = sorted(zip(scores, outcomes, strict=True))
    total = positives = 0
    start = 0
    while start < len(pairs):
        end = start
        while end < len(pairs) and pairs[end][0] == pairs[start][0]:
            end += 1
        hits = sum(outcome for _score, outcome in pairs[start:end])
        positives += hits
        # Ranks count from 1; equal ones share their mean, (start + 1 + end) / 2.
        total += hits * (start + 1 + end)
        start = end
    others = len(pairs) - positives
    return (total - positives * (positives + 1)) / (2 * positives * others)


def get_captured(scores, amounts, percent):
    """Return the share of all ``amounts`` that the best ``percent`` by score hold; 0 of nothing."""
    total = sum(amounts)
    if total <= 0:
        return 0.0
    count = ceil(len(scores) * percent / 100)
    ranked = sorted(range(len(scores)), key=lambda i: -scores[i])
    return sum(amounts[i] for i in ranked[:count]) / total


def get_tenths(chances, values, snapshot):
    """Return ten groups of customers, from those most likely to buy on, as dicts.

    ``lowest`` (the lowest probability in it), ``customers``, ``chance`` and ``share`` (0–1, said
    and come), ``value`` and ``amount`` (money, said and come).
    """
    ranked = sorted(range(len(chances)), key=lambda i: -chances[i])
    tenths = []
    for number in range(TENTHS):
        first, last = (len(ranked) * each // TENTHS for each in (number, number + 1))
        group = ranked[first:last]
        if not group:
            continue
        count = len(group)
        tenths.append(
            {
                "lowest": chances[group[-1]],
                "customers": count,
                "chance": sum(chances[i] for i in group) / count,
                "share": sum(snapshot[i].bought for i in group) / count,
                "value": sum(values[i] for i in group),
                "amount": sum(snapshot[i].amount for i in group),
            }
        )
    return tenths


def get_tenth(chance, tenths):
    """Return the tenth in which a customer of this probability is; below all: the last."""
    for tenth in tenths:
        if chance >= tenth["lowest"]:
            return tenth
    return tenths[-1]
