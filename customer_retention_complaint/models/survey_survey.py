from odoo import fields, models


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    retention_files_complaints = fields.Boolean(
        "Dissatisfied Answers Are Complaints",
        help="Whoever is dissatisfied and says why has complained: it is filed, and answered by a "
        "promised day. Otherwise somebody decides, on the answer.",
    )
