from odoo import api, models
from odoo.exceptions import ValidationError

from ...tools.numbers import plain


class RetentionRangeMixin(models.AbstractModel):
    """Numbers out of their range are refused with the field, the value and what is allowed.

    A model, and every extension of it, says in :meth:`_get_ranges` what its numbers may be.
    """

    _name = "retention.range.mixin"
    _description = "Numbers Within a Range"

    @api.model
    def _get_ranges(self):
        """Return ``{field: (lowest, highest)}``; both are allowed. Hook."""
        return {}

    @api.model_create_multi
    def create(self, vals_list):
        # Before the database is given a number it has no room for.
        for vals in vals_list:
            self._check_range_values(vals)
        return super().create(vals_list)

    @api.constrains(lambda self: tuple(self._get_ranges()))
    def _check_ranges(self):
        for record in self:
            record._check_range_values({name: record[name] for name in self._get_ranges()})

    @api.model
    def _check_range_values(self, values):
        """Raise a ValidationError for the first of ``{field: number}`` that is out of its range."""
        for name, (lowest, highest) in self._get_ranges().items():
            value = values.get(name, lowest) or 0
            # What is no number is converted, or refused, by the field itself.
            if isinstance(value, int | float) and not lowest <= value <= highest:
                raise ValidationError(
                    self.env._(
                        "%(field)s is %(value)s. It has to be between %(lowest)s and %(highest)s.",
                        field=self._get_field_label(name),
                        value=plain(value),
                        lowest=plain(lowest),
                        highest=plain(highest),
                    )
                )

    @api.model
    def _get_field_label(self, name):
        """Return what screens call field ``name``."""
        return self._fields[name].get_description(self.env, ["string"])["string"]
