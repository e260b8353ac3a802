"""What a question of a survey can measure, which answers count, and what they mean.

Pure rules: no records, no clock. Texts people read stand with the fields that show them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

CHOICES = ("simple_choice", "multiple_choice")
TEXTS = ("char_box", "text_box")

LEVELS = ("dissatisfied", "satisfied", "very_satisfied")
EXPECTATIONS = ("worse", "as_expected", "better")
YES_NO = ("yes", "no")


@dataclass(frozen=True)
class Measure:
    """What one measure takes.

    :param types: question types that fit it
    :param low, high: its scale, both included, where it is a number
    :param values: its words, where it is one of a few
    :param records: models of the records its suggested answers name, where it is one of those
    """

    types: tuple[str, ...]
    low: int = 0
    high: int = 0
    values: tuple[str, ...] = ()
    records: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether it is a number on a scale."""
        return self.high > 0

    @property
    def allowed_values(self) -> tuple[str, ...]:
        """What a suggested answer may count as, as text."""
        if self.is_number:
            return tuple(str(number) for number in range(self.low, self.high + 1))
        return self.values


_one_to_five = Measure(("scale", "simple_choice"), 1, 5)
_yes_no = Measure(("simple_choice",), values=YES_NO)
_words = Measure(TEXTS)

MEASURES = {
    "satisfaction": Measure(("simple_choice",), values=LEVELS),
    "csat": _one_to_five,
    "nps": Measure(("scale", "simple_choice"), 0, 10),
    "expectation": Measure(("simple_choice",), values=EXPECTATIONS),
    "courtesy": _one_to_five,
    "empathy": _one_to_five,
    "effort": _one_to_five,
    "honesty": _one_to_five,
    "knowledge": _one_to_five,
    "ease": _one_to_five,
    "priority": Measure(("simple_choice",), records=("retention.priority",)),
    "choice_reason": Measure(CHOICES, records=("retention.reason",)),
    "deal_breaker": Measure(CHOICES, records=("crm.lost.reason",)),
    "competitor": Measure(("simple_choice", *TEXTS), records=("retention.competitor",)),
    "interest": Measure((*CHOICES, *TEXTS), records=("retention.interest",)),
    "product_wanted": _words,
    "improvement": _words,
    "quote_allowed": _yes_no,
    "referral": _words,
    "wants_call": _yes_no,
}


# Answers to "do you know somebody" that name nobody, letters only.
NOBODY = ("nobody", "noone", "none", "nothing", "notnow", "notyet", "nothanks", "nothankyou")

# Longest text a customer may write, in characters; far beyond what anybody tells.
TEXT_LIMIT = 5000


def find_text_fault(text: object) -> str | None:
    """Return why ``text`` cannot be an answer: ``type``, ``length`` or ``character``; else None.

    A database keeps neither the character 0 nor halves of characters.

    >>> find_text_fault("Late."), find_text_fault(["Late."]), find_text_fault("a\\0b")
    (None, 'type', 'character')
    """
    if not isinstance(text, str):
        return "type"
    if len(text) > TEXT_LIMIT:
        return "length"
    is_whole = not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)
    return None if is_whole else "character"


def names_somebody(text: str) -> bool:
    """Return whether an answer to "do you know somebody" may name a person: not "no" or "-".

    Nothing is guessed beyond that: who is meant, a person finds out.

    >>> names_somebody("Ann Lee, 0171 555"), names_somebody("No."), names_somebody("nobody")
    (True, False, False)
    """
    letters = "".join(each for each in text.casefold() if each.isalpha())
    return len(letters) > 2 and letters not in NOBODY


def read_number(answer: object) -> int | None:
    """Return the number an answer of a scale means: a whole number or its digits; else None.

    >>> read_number("0"), read_number(7), read_number("7.5"), read_number(True), read_number("٣")
    (0, 7, None, None, None)
    """
    if type(answer) is int:
        return answer
    if isinstance(answer, str) and answer.isascii() and answer.isdigit() and len(answer) < 12:
        return int(answer)
    return None


def nps_group(score: int) -> str:
    """Return ``detractor`` (0–6), ``passive`` (7, 8) or ``promoter`` (9, 10) of an NPS answer.

    Source: Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003.
    """
    if score >= 9:
        return "promoter"
    return "passive" if score >= 7 else "detractor"


def get_standing(name: str, value: object) -> str | None:
    """Return whether an answer to measure ``name`` is ``low``, ``high``, or ``middle``; None without one.

    Low asks what went wrong, high whether they may be quoted. Of 1 to 5: 1 and 2, and 5; of 0 to 10
    as :func:`nps_group`; of three words the first and the last.

    >>> get_standing("nps", 2), get_standing("csat", "5"), get_standing("satisfaction", "satisfied")
    ('low', 'high', 'middle')
    """
    measure = MEASURES.get(name)
    if measure and measure.is_number:
        number = read_number(value)
        if number is None or not measure.low <= number <= measure.high:
            return None
        if name == "nps":
            return {"detractor": "low", "promoter": "high"}.get(nps_group(number), "middle")
        return "low" if number <= 2 else "high" if number == measure.high else "middle"
    if measure and len(measure.values) == 3 and value in measure.values:
        return ("low", "middle", "high")[measure.values.index(value)]
    return None


def join_standings(standings: Iterable[str | None]) -> str | None:
    """Return what several answers say together: one low one makes all low; None without any.

    >>> join_standings(["high", "low"]), join_standings(["middle", "high"]), join_standings([None])
    ('low', 'high', None)
    """
    found = set(standings)
    return next((each for each in ("low", "high", "middle") if each in found), None)
