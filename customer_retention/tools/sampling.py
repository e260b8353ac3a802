"""How many customers to ask so that their answers speak for all, and which ones.

Source: W. G. Cochran, Sampling Techniques, 3rd ed. (1977), chapter 4: n₀ = z² p (1 − p) / e² with
p = 0.5, the share for which most answers are needed, and n = n₀ / (1 + (n₀ − 1) / N) for a
population of N. Rounded up: 278 of 1,000, 80 of 100 and 357 of 5,000 for ±5 % at 95 %, as published
everywhere. Tables rounded to the nearest (Krejcie & Morgan, 1970: 217 of 500) miss the wanted error
by a hair; the size here is the smallest whose :func:`margin` is not above it.
"""

from fractions import Fraction
from math import ceil, sqrt
from statistics import NormalDist

from .arms import digest

# What floats leave behind where the size is a whole number.
NOTHING = 1e-9


def sample_size(population, error, confidence):
    """Return how many of ``population`` have to answer, so that a share is known within ``error``.

    :param population: number of customers, 0 or more
    :param error: half the width of the interval, as a rate or in percent: 0.05 or 5 for ±5 %
    :param confidence: as a rate or in percent: 0.95 or 95 for 95 %
    :raise ValueError: naming the argument, its value and what is allowed
    """
    _check_count("population", population)
    error = _get_rate("error", error)
    infinite = _get_z(confidence) ** 2 / 4 / error**2
    if not population:
        return 0
    size = infinite / (1 + (infinite - 1) / population)
    return min(population, max(1, ceil(size - NOTHING)))


def margin(answers, population, confidence):
    """Return within which error ``answers`` of ``population`` know a share, a rate 0-1; None for none.

    The same formula the other way round: for the share of 0.5, with the whole population known
    where all have answered. ``confidence`` as in :func:`sample_size`.
    """
    _check_count("population", population)
    _check_count("answers", answers)
    z = _get_z(confidence)
    if not answers:
        return None
    if answers >= population:
        return 0.0
    return min(1.0, z / 2 * sqrt((population - answers) / (population - 1) / answers))


def invitations(size, response_rate, population):
    """Return how many have to be asked for ``size`` answers, never more than ``population``.

    :param response_rate: the part of those asked who answer, above 0 and up to 1
    """
    _check_count("size", size)
    _check_count("population", population)
    if not 0 < response_rate <= 1:
        raise ValueError(f"response_rate is {response_rate!r}; allowed is above 0 and up to 1")
    # 0.3 is 3/10 and 1/3 is a third: 27 answers take 90 invitations, not 91.
    rate = Fraction(response_rate).limit_denominator(1_000_000)
    return min(population, ceil(size / rate))


def outlook(population, needed, asked, response_rate, confidence):
    """Return what comes of asking ``asked`` of ``population``, where ``needed`` have to answer.

    As ``case, answers expected, margin reached`` (None where nobody answers). The case is *nobody*
    where nobody is asked; *enough* where as many answer as are needed; *all* where too few do though
    all are asked; *some* where those who can be asked are too few.

    :param response_rate: the part of those asked who answer, above 0 and up to 1
    """
    if not asked:
        return "nobody", 0, None
    expected = int(asked * response_rate + NOTHING)
    if expected >= needed:
        case = "enough"
    else:
        case = "some" if asked < population else "all"
    return case, expected, margin(expected, population, confidence)


def draw_order(seed, ids):
    """Return ``ids`` in the order in which they are drawn: by the SHA-256 of ``sample:seed:id``.

    It depends on nothing but the seed and the ids, however they are given. The first n are a
    random sample of n; whoever cannot be asked is replaced by the next in the same order.
    """
    return sorted(ids, key=lambda each: digest("sample", seed, each))


def _get_z(confidence):
    # Sure to 100 % is nobody, sure to 1 % nobody wants to be: which of them 1 means is not guessed.
    if confidence == 1:
        raise ValueError("confidence is 1; allowed is a rate below 1, or percent above 1")
    return NormalDist().inv_cdf((1 + _get_rate("confidence", confidence)) / 2)


def _get_rate(name, value):
    """Return ``value`` as a rate; from 1 on it is in percent."""
    if not 0 < value < 100:
        raise ValueError(
            f"{name} is {value!r}; allowed is a rate above 0 and below 1, or percent from 1 to "
            "below 100"
        )
    return value if value < 1 else value / 100


def _check_count(name, value):
    if value < 0 or value != int(value):
        raise ValueError(f"{name} is {value!r}; allowed is a whole number from 0 on")
