from datetime import timedelta

from ...tools.outlook import Known
from ..common import TODAY, RetentionCase


def get_history(number, until=0):
    """Return a made-up customer's purchases ``[(days ago, amount)]``: each has a rhythm of its own.

    Whoever has a number that seven divides stopped 200 days ago or earlier.
    """
    rhythm = 9 + number * 37 % 120
    start = 400 + number * 53 % 300
    end = 200 + number % 60 if number % 7 == 0 else until
    amount = 20 + number * 29 % 400
    # The days wander a little, else who buys would be known to the day, and nothing to learn.
    days = (day - (day * number) % 23 for day in range(start, end, -rhythm))
    return [(day, amount + day % 17) for day in days if day >= end]


def get_known(history, cut, gap, horizon=90):
    """Return what was known ``cut`` days ago of a customer, worked out from its purchases alone.

    :param gap: the usual days between purchases, as they were then
    """
    days = sorted({day for day, amount in history if day >= cut and amount > 0})
    span, count = days[-1] - days[0], len(days)
    spent = [amount for day, amount in history if day >= cut and amount > 0]
    came = [amount for day, amount in history if cut - horizon <= day < cut]
    return Known(
        recency=days[0] - cut,
        tenure=days[-1] - cut,
        days=count,
        gap=(2 * gap + span) / (2 + count - 1),
        average=sum(spent) / len(spent),
        lifetime=sum(amount for day, amount in history if day >= cut),
        bought=any(amount > 0 for amount in came),
        amount=sum(came),
    )


class OutlookCase(RetentionCase):
    """Enough customers to learn from, with known histories."""

    COUNT = 420

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Outlook = cls.env["retention.outlook"]
        cls.histories = [get_history(number) for number in range(1, cls.COUNT + 1)]
        cls.partners = cls._create_customers(*cls.histories)
        cls._refresh()

    @classmethod
    def _learn(cls, company=None):
        """Learn, and return the latest outlook for 90 days."""
        company = company or cls.company
        assert cls.Outlook._learn(company)
        return cls.Outlook._get_latest(company, 90)

    def _move_back(self, days):
        """Let the outlooks of the company be ``days`` old."""
        self.Outlook.search([("company_id", "=", self.company.id)]).date = TODAY - timedelta(
            days=days
        )
