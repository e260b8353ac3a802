from odoo import api, models

# Shipped lists that a business makes its own; what code relies on comes back with an update.
LISTS = ("crm.lost.reason", "survey.survey", "survey.question", "survey.question.answer")
ADDON = "customer_retention"


class IrModelData(models.Model):
    """What a business deleted of our shipped reasons, programs and surveys stays deleted.

    Odoo creates shipped records that are missing anew with every update. Those that were ever
    shipped are remembered, for each of our addons, as a system parameter; only new ones of a later
    version arrive.
    """

    _inherit = "ir.model.data"

    @api.model
    def _load_xmlid(self, xml_id):
        record = super()._load_xmlid(xml_id)
        module, _dot, name = xml_id.partition(".")
        if not record and module.startswith(ADDON) and name in self._get_shipped(module):
            # There, and left alone; what is shipped below it is passed over, too.
            return self.new({})
        return record

    @api.model
    def _process_end(self, modules):
        result = super()._process_end(modules)
        for module in modules or ():
            if module.startswith(ADDON):
                self._remember_shipped(module)
        return result

    @api.model
    def _get_shipped(self, module):
        """Return the names of the records of lists that ``module`` ever shipped to this database."""
        names = self.env["ir.config_parameter"].sudo().get_param(f"{module}.shipped")
        return set((names or "").split())

    @api.model
    def _remember_shipped(self, module):
        rows = self.sudo().search_fetch(
            [("module", "=", module), ("noupdate", "=", True)], ["name", "model"]
        )
        names = {
            row.name for row in rows if row.model in LISTS or row.model.startswith("retention.")
        }
        shipped = sorted(names | self._get_shipped(module))
        self.env["ir.config_parameter"].sudo().set_param(f"{module}.shipped", " ".join(shipped))
