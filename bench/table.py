"""The printed table: what was measured, beside the bar it has to meet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measurement; ``value`` is what the bar ``at_most`` is compared with."""

    what: str
    shown: str
    ratio: str = ""
    value: float | None = None
    at_most: float | None = None
    unit: str = ""

    @property
    def bar(self) -> str:
        """The bar in words."""
        return "" if self.at_most is None else f"≤ {self.at_most:g}{self.unit}"

    @property
    def met(self) -> str:
        """Whether the bar is met."""
        if self.at_most is None or self.value is None:
            return ""
        return "met" if self.value <= self.at_most else "NOT MET"


def render(rows: list[Row]) -> str:
    """Return the rows as a simple table of reStructuredText."""
    head = ("What", "Measured", "Ratio", "Bar", "")
    lines = [head, *((row.what, row.shown, row.ratio, row.bar, row.met) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    rule = "  ".join("=" * max(width, 1) for width in widths)

    texts = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([rule, texts[0], rule, *texts[1:], rule])


def seconds(value: float) -> str:
    """Return a duration with three figures."""
    if value < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.3g} s" if value < 600 else f"{value / 60:.3g} min"
