from odoo import models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        written = super().write(vals)
        # Companies keep their zone in memory (see res.company).
        if "tz" in vals:
            self.env.registry.clear_cache()
        return written
