from odoo import fields, models


class RetentionCompetitor(models.Model):
    """A business that customers buy from instead; one list for all companies."""

    _name = "retention.competitor"
    _description = "Competitor"
    _order = "name, id"

    name = fields.Char("Competitor", required=True)
    active = fields.Boolean(default=True)
    note = fields.Text("Strengths and Weaknesses", help="What customers say about them.")

    _name_uniq = models.Constraint("UNIQUE(name)", "This competitor is on the list already.")
