from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

import pytz

from odoo import Command
from odoo.tests import freeze_time

from odoo.addons.customer_retention.tests.common import ALL, MANAGER, OWN, RetentionCase

BERLIN = pytz.timezone("Europe/Berlin")


def at(day, clock="12:00", month=4, zone=BERLIN):
    """Return a moment of 2026 in Berlin as naive UTC: ``at(2, "15:30")`` is 2 April, 13:30 UTC."""
    hour, minute = map(int, clock.split(":"))
    local = zone.localize(datetime(2026, month, day, hour, minute))
    return local.astimezone(pytz.utc).replace(tzinfo=None)


class ComplaintCase(RetentionCase):
    """A company in Berlin that works Monday to Friday, 8 to 12 and 13 to 17, but not at Easter.

    Friday 3 and Monday 6 April 2026 are holidays. A customer of Sam's, who leads nobody; Lea leads
    the team, Max is the company's manager for escalations.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Berlin"
        cls.calendar = cls._create_calendar(cls.company)
        cls.company.resource_calendar_id = cls.calendar
        for day in (3, 6):
            cls._create_holiday(day)
        cls.leader = cls._create_user("complaint_leader", ALL, name="Lea Leader")
        cls.sam = cls._create_user("complaint_sam", OWN, name="Sam Sales")
        cls.manager = cls._create_user("complaint_manager", MANAGER, name="Max Manager")
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Complaint Team",
                "user_id": cls.leader.id,
                "company_id": cls.company.id,
                "member_ids": [Command.set(cls.sam.ids)],
            }
        )
        cls.company.retention_escalation_user_id = cls.manager
        cls.customer = cls.env["res.partner"].create(
            {"name": "Customer", "email": "customer@example.com", "user_id": cls.sam.id}
        )
        cls.other = cls.env.ref("customer_retention_complaint.category_other")
        cls.Complaint = cls.env["retention.complaint"]

    @classmethod
    def _create_calendar(cls, company, tz="Europe/Berlin"):
        return cls.env["resource.calendar"].create(
            {
                "name": "Eight Hours",
                "company_id": company.id,
                "tz": tz,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Work",
                                "dayofweek": str(day),
                                "hour_from": start,
                                "hour_to": end,
                                "day_period": period,
                            }
                        )
                        for day in range(5)
                        for start, end, period in ((8, 12, "morning"), (13, 17, "afternoon"))
                    ),
                ],
            }
        )

    @classmethod
    def _create_holiday(cls, day, month=4, **values):
        return cls.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": cls.company.id,
                "calendar_id": cls.calendar.id,
                "date_from": at(day, "00:00", month),
                "date_to": at(day, "23:59", month),
                **values,
            }
        )

    @contextmanager
    def _on(self, day, clock="12:00", month=4):
        """Move the clock of Python and of the database to a moment of 2026 in Berlin."""
        moment = at(day, clock, month)
        with freeze_time(moment), patch.object(self.env.cr, "_now", moment):
            yield

    def _create_complaint(self, day=2, clock="15:30", month=4, user=None, **values):
        """Note a complaint of the customer at a moment; as superuser unless a user is given."""
        with self._on(day, clock, month):
            Complaint = self._as(self.Complaint, user) if user else self.Complaint
            complaint = Complaint.create(
                {"partner_id": self.customer.id, "name": "The table is scratched", **values}
            )
        return complaint.with_env(self.env)

    def _do(self, complaint, method, day, clock="12:00", month=4, *args):
        with self._on(day, clock, month):
            return getattr(complaint, method)(*args)

    def _write_customer(self, complaint, day, clock, month=4, body="Hello?"):
        """Let the customer answer by the portal at a moment."""
        with self._on(day, clock, month):
            return complaint.message_post(
                body=body,
                author_id=self.customer.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )

    def _write_employee(self, complaint, day, clock, month=4, **values):
        """Let Sam answer in the chatter at a moment."""
        values = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment", **values}
        with self._on(day, clock, month):
            return self._as(complaint, self.sam).message_post(body="We are at it.", **values)

    def assertDue(self, complaint, **expected):
        """Assert deadlines, given as ``(day, clock)`` of April 2026 in Berlin, or False."""
        found = {name: complaint[name] for name in expected}
        wanted = {name: each and at(*each) for name, each in expected.items()}
        self.assertEqual(found, wanted)
