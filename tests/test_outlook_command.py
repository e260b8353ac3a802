"""`make outlook`: what it prints of a file, and how it says that a file will not do."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from dev import outlook
from dev.say import Stop

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def purchases(customers: int) -> list[str]:
    """Return lines of customers who each have a rhythm of their own; every fifth stops in May."""
    lines = ["document,date,customer,quantity,unit_price"]
    for number in range(customers):
        day = FIRST + timedelta(days=number % 60)
        end = date(2025, 5, 1) if number % 5 == 0 else LAST
        while day <= end:
            lines.append(f"{len(lines)},{day},C{number},1,{20 + number * 7 % 90}")
            day += timedelta(days=7 + number * 13 % 120 + len(lines) % 9)
    return [*lines, f"{len(lines)},{LAST},C1,1,5"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch, capsys):
    """Return what the command prints for a file of so many customers."""

    def call(customers: int, cut: str = "", **env: str) -> str:
        path = tmp_path / "purchases.csv"
        path.write_text("\n".join(purchases(customers)))
        for name, value in {"DATA": str(path), "CUT": cut, **env}.items():
            monkeypatch.setenv(name, value)
        assert outlook.main() == 0
        return capsys.readouterr().out

    return call


def test_table(run):
    """AUC beside recency, top shares beside past spend, said and come, and ten tenths."""
    text = run(400, "2025-09-01")
    assert "said of 400 at 2025-09-01" in text
    words = next(line for line in text.splitlines() if line.startswith("AUC")).split()
    own, recency = float(words[-3]), float(words[-2])
    assert 0.5 < recency < own <= 1
    tenths = [line.split() for line in text.splitlines() if line.strip()[:1].isdigit()]
    assert [row[0] for row in tenths] == [str(number) for number in range(1, 11)]
    assert sum(int(row[1]) for row in tenths) == 400
    # Those who stopped in May bought no more: 80 of 400 are in the last tenths.
    assert float(tenths[0][3]) > float(tenths[-1][3])


def test_default_cut(run):
    """Without CUT it is said 90 days before the last purchase."""
    assert "said of 400 at 2025-10-02" in run(400)


@pytest.mark.parametrize(
    ("customers", "cut", "words"),
    [
        (299, "2025-09-01", "299 customers 90 days before 2025-09-01, of 300"),
        (400, "2025-12-01", "CUT=2025-12-01 needs purchases from 2025-09-02 to 2026-03-01"),
        (400, "2025-02-01", "CUT=2025-02-01 needs purchases from 2024-11-03"),
        (400, "soon", "CUT=soon is no day such as 2011-06-01"),
    ],
)
def test_refused(run, customers, cut, words):
    """Too few customers, a day the file does not reach, and one that is none."""
    with pytest.raises(Stop, match=words):
        run(customers, cut)


def test_no_file(run):
    """Which purchases has to be said."""
    with pytest.raises(Stop, match="Which purchases"):
        run(5, DATA="")
