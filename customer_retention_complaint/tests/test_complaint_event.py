from odoo.tests import tagged

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintOver(ComplaintCase):
    """What programs start from is looked at again: a solved complaint needs no call about being late."""

    def _get_event(self, complaint, event_type):
        """Return an event of ``complaint`` as it is recorded."""
        return self.env["retention.event"].create(
            {
                "type": event_type,
                "date": complaint.received_at.date(),
                "partner_id": complaint.partner_id.commercial_partner_id.id,
                "company_id": complaint.company_id.id,
                "res_model": complaint._name,
                "res_id": complaint.id,
                "key": f"{event_type} {complaint.id}",
            }
        )

    def test_solved(self):
        complaint = self._create_complaint()
        kinds = ("complaint_opened", "complaint_overdue", "complaint_reopened")
        events = [self._get_event(complaint, kind) for kind in kinds]
        solved = self._get_event(complaint, "complaint_solved")
        for event in events:
            self.assertFalse(event._filter_over(), event.type)
        self.assertTrue(solved._filter_over())  # it is at work: the solution did not last
        self._do(complaint, "action_solve", 8)
        for event in events:
            self.assertTrue(event._filter_over(), event.type)
        self.assertFalse(solved._filter_over())
        self._do(complaint, "action_reopen", 9)
        self.assertTrue(solved._filter_over())

    def test_deleted(self):
        complaint = self._create_complaint()
        event = self._get_event(complaint, "complaint_overdue")
        self.env.cr.execute("DELETE FROM retention_complaint WHERE id = %s", [complaint.id])
        self.env.invalidate_all()
        self.assertTrue(event._filter_over())

    def test_other_customer(self):
        complaint = self._create_complaint()
        event = self._get_event(complaint, "complaint_opened")
        other = self.env["res.partner"].create({"name": "Other"})
        self.env.cr.execute("UPDATE retention_complaint SET partner_id = %s", [other.id])
        self.env.invalidate_all()
        self.assertTrue(event._filter_over())
