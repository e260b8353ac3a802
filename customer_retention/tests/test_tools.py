from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import pytz

from odoo.tests import BaseCase, tagged

from ..tools.numbers import plain
from ..tools.ranks import quintile_positions, top_count
from ..tools.rhythm import company_gap
from ..tools.zones import Offset, Split, offset_tree


@tagged("post_install", "-at_install")
class TestNumbers(BaseCase):
    """Numbers in sentences."""

    def test_plain(self):
        """Numbers are written in full, without exponent or idle zeros."""
        for value, expected in (
            (5, "5"),
            (100, "100"),
            (12.50, "12.5"),
            (1e6, "1000000"),
            (0.01, "0.01"),
            (-0.0, "0"),
            (2147483648.0, "2147483648"),
            (1e30, "1000000000000000000000000000000"),
            (1e-12, "0.000000000001"),
        ):
            with self.subTest(value=value):
                self.assertEqual(plain(value), expected)


@tagged("post_install", "-at_install")
class TestRanks(BaseCase):
    """Positions in an order."""

    def test_top_count(self):
        """The top is rounded up, and exact where the percent gives a whole number."""
        for percent, count, expected in (
            ("10", 10, 1),
            ("10", 11, 2),
            ("10", 1, 1),
            ("10", 0, 0),
            ("20", 5, 1),
            ("20", 6, 2),
            ("7", 100, 7),  # 0.07 * 100 is 7.000000000000001 in floats
            ("12.5", 8, 1),
            ("12.51", 8, 2),
            ("100", 7, 7),
            ("0.01", 10000, 1),
            ("0.01", 10001, 2),
        ):
            with self.subTest(percent=percent, count=count):
                self.assertEqual(top_count(Decimal(percent), count), expected)

    def test_quintile_positions(self):
        """The positions are ceil(N/5), ceil(2N/5), ceil(3N/5) and ceil(4N/5)."""
        for count, expected in (
            (1, [1, 1, 1, 1]),
            (2, [1, 1, 2, 2]),
            (3, [1, 2, 2, 3]),
            (4, [1, 2, 3, 4]),
            (5, [1, 2, 3, 4]),
            (6, [2, 3, 4, 5]),
            (7, [2, 3, 5, 6]),
            (11, [3, 5, 7, 9]),
            (200000, [40000, 80000, 120000, 160000]),
        ):
            with self.subTest(count=count):
                self.assertEqual(quintile_positions(count), expected)


@tagged("post_install", "-at_install")
class TestCompanyGap(BaseCase):
    """The median of own gaps in whole days."""

    def test_median(self):
        """The mean of the middle gaps is rounded half up."""
        for middle, expected in (
            ([(20, 2)], 10),
            ([(21, 2)], 11),  # 10.5
            ([(31, 3)], 10),  # 10.33
            ([(20, 2), (22, 2)], 11),  # 10.5
            ([(31, 3), (21, 2)], 10),  # 10.4167
            ([(2, 2)], 1),
            ([(2, 5)], 1),  # 0.4, at least 1
        ):
            with self.subTest(middle=middle):
                self.assertEqual(company_gap(middle, 20, 20, 90), expected)

    def test_exact_half(self):
        """Thirds that add up to a half are a half: 10 1/3 and 10 2/3 make 10.5."""
        self.assertEqual(Fraction(31, 3) + Fraction(32, 3), 21)
        self.assertEqual(company_gap([(31, 3), (32, 3)], 20, 20, 90), 11)

    def test_too_few(self):
        """Below the minimum the default holds."""
        self.assertEqual(company_gap([(20, 2)], 19, 20, 90), 90)
        self.assertEqual(company_gap([], 0, 20, 90), 90)
        self.assertEqual(company_gap([], 0, 0, 90), 90)


@tagged("post_install", "-at_install")
class TestZones(BaseCase):
    """Offsets of a zone as a tree of comparisons."""

    FIRST, LAST = datetime(1995, 1, 1), datetime(2035, 1, 1)

    def _get_minutes(self, tree, moment):
        while isinstance(tree, Split):
            tree = tree.before if moment < tree.at else tree.after
        return tree.minutes

    def test_fixed_zones(self):
        """A zone that never changes is a single offset."""
        for name, minutes in (("UTC", 0), ("Asia/Kolkata", 330), ("Etc/GMT+5", -300)):
            zone = pytz.timezone(name)
            self.assertEqual(offset_tree(zone, self.FIRST, self.LAST), Offset(minutes))

    def test_changes(self):
        """The tree has the offset of every moment: New Zealand is 13 hours ahead in its summer."""
        tree = offset_tree(pytz.timezone("Pacific/Auckland"), self.FIRST, self.LAST)
        for moment, minutes in (
            (datetime(2026, 1, 10), 13 * 60),
            (datetime(2026, 6, 10), 12 * 60),
            # Summer time ends on 5 April 2026 at 3:00 local, which is 4 April 14:00 UTC.
            (datetime(2026, 4, 4, 13, 59, 59), 13 * 60),
            (datetime(2026, 4, 4, 14), 12 * 60),
            # It starts on 27 September 2026 at 2:00 local, which is 26 September 14:00 UTC.
            (datetime(2026, 9, 26, 13, 59, 59), 12 * 60),
            (datetime(2026, 9, 26, 14), 13 * 60),
            (datetime(1980, 1, 1), 13 * 60),  # before the first: the offset of then, 1 January 1995
        ):
            with self.subTest(moment=moment):
                self.assertEqual(self._get_minutes(tree, moment), minutes)

    def test_as_the_zone_says(self):
        """The tree agrees with the zone at every hour of a changing week, east and west."""
        for name in ("Europe/Vienna", "America/St_Johns", "Australia/Lord_Howe"):
            zone = pytz.timezone(name)
            tree = offset_tree(zone, self.FIRST, self.LAST)
            for month in (3, 4, 10, 11):
                for day in range(1, 31, 3):
                    for hour in range(24):
                        moment = datetime(2026, month, day, hour, 30)
                        offset = pytz.utc.localize(moment).astimezone(zone).utcoffset()
                        self.assertEqual(
                            self._get_minutes(tree, moment) * 60, offset.total_seconds()
                        )
