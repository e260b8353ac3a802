"""What a question of a survey can measure, which answers count, and what they mean.

Pure rules: no records, no clock. Texts people read stand with the fields that show them.
"""

from __future__ import annotations

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


def nps_group(score: int) -> str:
    """Return ``detractor`` (0–6), ``passive`` (7, 8) or ``promoter`` (9, 10) of an NPS answer.

    Source: Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003.
    """
    if score >= 9:
        return "promoter"
    return "passive" if score >= 7 else "detractor"
