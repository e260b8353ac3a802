import re

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...models.common.groups import SALESMAN

# So many of those who are left out are named; of the others it is said how many.
MOST_NAMED = 20


class RetentionSurveySend(models.TransientModel):
    """Send a survey to customers by hand: first who will be asked, and who is left out and why.

    Opened from contacts and customers, or from orders, about which who ordered is then asked.
    Salespeople have no rights on surveys and need none: what they choose from, whom they may ask
    (own and unassigned customers, their own orders) and what is sent is decided here.
    """

    _name = "retention.survey.send"
    _inherit = ["retention.writable.mixin"]
    _description = "Send a Survey"

    survey = fields.Selection(
        "_selection_survey",
        required=True,
        default=lambda self: self._get_proposed_survey(),
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    partner_ids = fields.Many2many("res.partner", string="Customers", readonly=True)
    order_ids = fields.Many2many("sale.order", string="Orders", readonly=True)
    asked_count = fields.Integer("To Be Asked", compute="_compute_asked")
    left_out_count = fields.Integer("Left Out", compute="_compute_asked")
    lacking = fields.Text(
        "What They Lack", compute="_compute_asked", help="How many have no email address."
    )
    asked_names = fields.Text("Will Be Asked", compute="_compute_asked")
    left_out = fields.Text("Who Is Left Out", compute="_compute_asked")
    includes_lost = fields.Boolean(
        "Ask Lost Customers Too",
        help="Who is lost or was let go is asked only why they left, unless you say so here.",
    )
    has_lost = fields.Boolean(compute="_compute_asked", help="Some are left out because lost.")
    preview = fields.Html("The Email", compute="_compute_preview", sanitize=False)
    is_previewed = fields.Boolean("Look at the Email")
    is_sent = fields.Boolean(readonly=True, help="Of two clicks at once only one sends.")

    @api.model
    def _selection_survey(self):
        """Return the surveys that ask customers, with their titles."""
        surveys = self.env["survey.survey"].sudo().search([("retention_kind", "!=", False)])
        return [(str(survey.id), survey.title) for survey in surveys]

    @api.model
    def _get_proposed_survey(self):
        """Return the survey to begin with: for orders that fits what came of them, else the first."""
        keys = [key for key, _title in self._selection_survey()]
        wanted = "survey_survey_relationship"
        if self.env.context.get("active_model") == "sale.order":
            orders = self.env["sale.order"].browse(self.env.context.get("active_ids"))
            is_sold = all(state == "sale" for state in orders.mapped("state"))
            wanted = "survey_survey_after_sale" if is_sold else "survey_survey_not_closed"
        proposed = self.env.ref(f"customer_retention.{wanted}", raise_if_not_found=False)
        if proposed and str(proposed.id) in keys:
            return str(proposed.id)
        return keys[0] if keys else False

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        model = self.env.context.get("active_model")
        if model not in ("res.partner", "retention.customer", "sale.order"):
            return values
        records = self.env[model].browse(self.env.context.get("active_ids"))
        if model == "sale.order":
            values["order_ids"] = [Command.set(records.ids)]
            if len(records.company_id) > 1:
                raise UserError(self.env._("Please choose orders of one company."))
            values["company_id"] = records.company_id.id
        else:
            partners = records if model == "res.partner" else records.partner_id
            values["partner_ids"] = [Command.set(partners.ids)]
        return values

    @api.depends("survey", "company_id", "partner_ids", "order_ids", "includes_lost")
    def _compute_asked(self):
        for wizard in self:
            asked, refusals = wizard._get_asked() if wizard.survey else ({}, {})
            wizard.has_lost = wizard.includes_lost or "lost" in refusals.values()
            wizard.asked_count = len(asked)
            wizard.left_out_count = len(refusals)
            wizard.asked_names = wizard._get_names(asked)
            wizard.left_out = wizard._get_left_out(refusals)
            everybody = len(asked) + len(refusals)
            lacking = [*refusals.values()].count("no_email")
            wizard.lacking = lacking and wizard.partner_ids._say_lacking(
                "email", lacking, everybody
            )

    @api.depends(
        "is_previewed", "survey", "company_id", "partner_ids", "order_ids", "includes_lost"
    )
    def _compute_preview(self):
        for wizard in self:
            asked = wizard._get_asked()[0] if wizard.is_previewed and wizard.survey else {}
            wizard.preview = wizard._get_preview(*next(iter(asked.items()))) if asked else False

    def _get_preview(self, contact, document):
        """Return the mail as ``contact`` would get it, in their language; nothing of it is kept."""
        savepoint = self.env.cr.savepoint()
        try:
            invitation = self._get_survey()._invite(
                contact, self.company_id, document=document, sender=self.env.user
            )
            mails = self.env["mail.mail"].sudo()
            mail = mails.search([("model", "=", invitation._name), ("res_id", "=", invitation.id)])
            subject, body = mail.subject, mail.body_html
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)
        # Its links would be dead ones.
        body = re.sub(r"""\shref=("[^"]*"|'[^']*')""", "", body or "")
        return Markup("<p><strong>%s</strong></p>%s") % (subject, Markup(body))

    def _get_names(self, contacts):
        """Return the first of ``contacts`` by name, a line each, and how many more there are.

        Names have commas in them.
        """
        names = [contact.display_name for contact in [*contacts][:MOST_NAMED]]
        if len(contacts) > MOST_NAMED:
            names.append(self.env._("and %s more", len(contacts) - MOST_NAMED))
        return "\n".join(names)

    def _get_left_out(self, refusals):
        """Return a line for each who is left out, with the reason."""
        words = self._get_reasons()
        lines = [
            self.env._("%(name)s: %(reason)s", name=contact.display_name, reason=words[reason])
            for contact, reason in [*refusals.items()][:MOST_NAMED]
        ]
        if len(refusals) > MOST_NAMED:
            lines.append(self.env._("and %s more", len(refusals) - MOST_NAMED))
        return "\n".join(lines)

    @api.model
    def _get_reasons(self):
        """Return what to say of each reason."""
        return {
            "archived": self.env._("is archived"),
            "own": self.env._("is your own company, or of it"),
            "do_not_contact": self.env._("wants no contact"),
            "opt_out": self.env._("wants no emails"),
            "no_email": self.env._("has no email address"),
            "complaint": self.env._("has an open complaint"),
            "surveyed": self.env._("was asked a short time ago"),
            "not_yours": self.env._("is the customer of a colleague"),
            "lost": self.env._("is lost, or was let go"),
        }

    def _get_survey(self):
        """Return the chosen survey as superuser, empty if it is no choice any more."""
        keys = {key for key, _title in self._selection_survey()}
        return (
            self.env["survey.survey"].sudo().browse(int(self.survey) if self.survey in keys else [])
        )

    def _get_asked(self):
        """Return who will be asked about what, ``{contact: order or None}``, and ``{contact: why not}``."""
        self.ensure_one()
        self.company_id.check_access("read")  # whoever calls from outside can send another
        documents = dict.fromkeys(self.partner_ids._origin)
        for order in self.order_ids._origin.sorted("date_order"):
            order.check_access("read")
            if order.company_id != self.company_id:
                raise UserError(self.env._("Please choose orders of one company."))
            documents[order.partner_id] = order  # the latest of each person
        contacts = self.env["res.partner"].union(*documents)
        contacts.check_access("read")
        yours = self._filter_yours(contacts, documents)
        survey = self._get_survey()
        refusals = yours._get_survey_refusals(survey, self.company_id)
        if not (self.includes_lost or survey.retention_is_exit):
            without = yours.filtered(lambda each: not documents[each] and each not in refusals)
            refusals |= dict.fromkeys(without._filter_lost(self.company_id), "lost")
        # What is in the way with a colleague's customer is not told.
        refusals |= dict.fromkeys(contacts - yours, "not_yours")
        asked = {each: documents[each] for each in contacts if each not in refusals}
        return asked, {each: refusals[each] for each in contacts if each in refusals}

    def _filter_yours(self, contacts, documents):
        """Return those whom the user may ask: by the rule that holds for their figures and answers."""
        return contacts.filtered(lambda each: documents[each] or not each.is_colleagues_customer)

    def action_send(self):
        """Send the survey to those who can be asked, and say to how many."""
        self.ensure_one()
        if not self.env.user.has_group(SALESMAN):
            raise UserError(self.env._("Surveys are sent to customers by salespeople."))
        survey = self._get_survey()
        if not survey:
            raise UserError(self.env._("This survey is not sent to customers any more."))
        asked, _refusals = self._get_asked()
        if not asked:
            raise UserError(self.env._("Nobody of these can be asked now."))
        contacts = self.env["res.partner"].union(*asked)
        # Two clicks at once both write it: the second waits, looks again and finds nobody to ask.
        self.is_sent = True
        survey._invite(contacts, self.company_id, document=asked, sender=self.env.user)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Sent to %s customers.", len(contacts))
                if len(contacts) > 1
                else self.env._("Sent to %s.", contacts.display_name),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
