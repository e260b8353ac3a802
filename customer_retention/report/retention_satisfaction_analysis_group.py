from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .retention_satisfaction_analysis_share import ATTITUDES

FIELDS = {"categ_id": "categ_ids"}
SHOWN_GROUPS = 15


class RetentionSatisfactionAnalysis(models.AbstractModel):
    """The table of the page *Satisfaction*: shares and attitudes by salesperson, category, …"""

    _inherit = "retention.satisfaction.analysis"

    @api.model
    def _get_groups(self, scope, group, found):
        """Return a row for each value of ``group``, those with the most answers first.

        Each has ``label``, ``answers``, the measures with their change, the mean of each attitude
        (1 to 5) and ``domain``. An order with products of two categories counts in both.
        """
        keys = sorted(
            (key for key, is_now in found if is_now),
            key=lambda key: (-found[key, True]["answers"], key or ""),
        )[:SHOWN_GROUPS]
        field = self.env["retention.satisfaction.report"]._fields[FIELDS.get(group, group)]
        values = {key: int(key) if key and field.relational else key or False for key in keys}
        labels = self._get_group_labels(field, [each for each in values.values() if each])
        return [
            {
                "key": key or "none",
                "label": found[key, True]["label"] or labels.get(values[key]) or self.env._("None"),
                "answers": found[key, True]["answers"],
                **self._get_measures(found[key, True], found.get((key, False))),
                "attitudes": {name: found[key, True][name] for name in ATTITUDES},
                "domain": list(scope.domain & Domain(field.name, "in", [values[key]])),
            }
            for key in keys
        ]

    @api.model
    def _get_answers_by_category(self, scope):
        """Return the answers of both periods once for each category of their orders, as SQL."""
        return SQL(
            """(SELECT answer.*, line.categ_id
                  FROM %(answers)s AS answer
                  JOIN (SELECT DISTINCT satisfaction_id, categ_id
                          FROM (%(lines)s) AS line
                         WHERE date > %(before)s AND categ_id IS NOT NULL) AS line
                    ON line.satisfaction_id = answer.id)""",
            answers=self._get_answers(scope),
            lines=self.env["retention.expectation.report"]._table_query,
            before=scope.before,
        )

    @api.model
    def _get_group_labels(self, field, values):
        """Return what people read for ``values`` of ``field``, empty values left out."""
        if field.relational:
            return {}  # the statement has them
        if field.type == "selection":
            return dict(field._description_selection(self.env))
        return {value: value for value in values}
