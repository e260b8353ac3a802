import logging

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

from ...sql import source_touch
from ..common.window_action import open_form

_logger = logging.getLogger(__name__)

BATCH = 2000
TRIES = 3
ENTERED = (
    "acquisition_source_id",
    "acquisition_medium_id",
    "acquisition_campaign_id",
    "acquisition_date",
)


class ResPartner(models.Model):
    """Where a customer came from: what a person says, else the first lead or order.

    It belongs to the commercial partner and to all companies. What a person wrote, even an empty
    value, is never filled over; the button on the contact hands it back to the nightly pass.
    """

    _inherit = "res.partner"

    acquisition_source_id = fields.Many2one(
        "utm.source",
        "Came From",
        copy=False,
        groups="base.group_user",
        help="Where the customer heard of us first: a fair, a search engine, a newsletter…",
    )
    acquisition_medium_id = fields.Many2one(
        "utm.medium",
        "Came Through",
        copy=False,
        groups="base.group_user",
        help="How they heard of us first: by e-mail, phone, advertisement…",
    )
    acquisition_campaign_id = fields.Many2one(
        "utm.campaign",
        "Came With Campaign",
        copy=False,
        groups="base.group_user",
        help="The campaign that brought them first.",
    )
    acquisition_date = fields.Date(
        "First Contact",
        copy=False,
        groups="base.group_user",
        help="Day of the first lead or order, in the time zone of its company.",
    )
    acquisition_origin = fields.Selection(
        [("person", "Entered"), ("lead", "First lead"), ("order", "First order")],
        "Source Known From",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Entered by a person, or taken from the first lead or order. What a person entered "
        "is never changed by itself.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._prepare_source_values(vals, new=True) for vals in vals_list])

    def write(self, vals):
        told = self._prepare_source_values(vals)
        if "acquisition_date" in told and "acquisition_date" not in vals:
            dated = self.filtered("acquisition_date")
            if dated:
                # The day of the first contact that is known stays.
                del told["acquisition_date"]
                without_day = self - dated
                if without_day:
                    return dated.write(vals) and without_day.write(vals)
        return super().write(told)

    @api.model
    def _prepare_source_values(self, vals, new=False):
        """Return ``vals`` marked as entered by a person, of today, where they say a source."""
        said = {name: vals[name] for name in ENTERED if name in vals}
        if not said or "acquisition_origin" in vals or (new and not any(said.values())):
            return vals
        vals = {**vals, "acquisition_origin": "person"}
        if any(said.values()) and "acquisition_date" not in vals:
            vals["acquisition_date"] = self.env.company._get_retention_today()
        return vals

    # ------------------------------------------------------------------
    # The pass
    # ------------------------------------------------------------------

    @api.model
    def _cron_fill_sources(self):
        """Fill the sources of all customers from their first touch, in short transactions.

        Only what differs is written. Customers whom somebody is saving at that moment are left
        for the next night. Run twice, the second writes nothing.
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        count = self._create_touches()
        commit_progress(remaining=count)
        for first in range(1, count + 1, BATCH):
            last = min(first + BATCH - 1, count)
            self._fill_batch(first, last)
            if not commit_progress(last - first + 1):
                break
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS retention_touch"))
        self.invalidate_model(source_touch.COLUMNS)

    def _fill_batch(self, first, last):
        """Write one batch; where somebody saved one of them meanwhile, look again."""
        for left in reversed(range(TRIES)):
            try:
                with self.env.cr.savepoint(flush=False):
                    self.env.cr.execute(
                        source_touch.update_batch(first, last), log_exceptions=False
                    )
                return
            except SerializationFailure:
                # Only a new transaction sees what was saved meanwhile.
                self.env.cr.rollback()
                if not left:
                    _logger.info("Sources %s to %s are left for the next run", first, last)

    @api.model
    def _create_touches(self, partners=None):
        """Create the temporary table of what is to be written; return the number of its rows."""
        self.env.flush_all()
        Purchase = self.env["retention.purchase"]
        moments = (SQL("touch.create_date"), SQL("touch.date_order"))
        days = [Purchase._get_company_day(each, SQL("touch.company_id")) for each in moments]
        # As for the figures: memory for hashing millions of orders, no compiling of a single use. Each
        # parallel worker would group all orders for itself.
        self.env.cr.execute(SQL("SET LOCAL work_mem = '256MB'"))
        self.env.cr.execute(SQL("SET LOCAL jit = off"))
        self.env.cr.execute(SQL("SET LOCAL max_parallel_workers_per_gather = 0"))
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS retention_touch"))
        self.env.cr.execute(
            source_touch.create_differences(
                *days,
                Purchase._get_excluded_partner_ids(),
                None if partners is None else partners.ids,
            )
        )
        # So that each batch finds its rows, and through them the customers, by index.
        self.env.cr.execute(SQL("CREATE UNIQUE INDEX ON retention_touch (number)"))
        self.env.cr.execute(SQL("ANALYZE retention_touch"))
        [[count]] = self.env.execute_query(source_touch.select_count())
        return count

    def action_edit_source(self):
        """Open the source of this customer for correction."""
        self.ensure_one()
        view = self.env.ref("customer_retention.res_partner_view_form_source")
        return {
            **open_form("res.partner", self.id),
            "name": self.env._("Where %(name)s Came From", name=self.display_name),
            "views": [(view.id, "form")],
            "target": "new",
        }

    def action_fill_source(self):
        """Forget what was entered and take the source from the first lead or order instead."""
        customers = self.commercial_partner_id
        customers.write({**dict.fromkeys(ENTERED, False), "acquisition_origin": False})
        count = customers._create_touches(customers)
        self.env.cr.execute(source_touch.update_batch(1, count))
        self.env.cr.execute(SQL("DROP TABLE retention_touch"))
        customers.invalidate_recordset(source_touch.COLUMNS)
