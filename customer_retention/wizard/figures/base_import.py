from odoo import models

from odoo.addons.base_import.models.base_import import ImportValidationError


class BaseImport(models.TransientModel):
    """Numbers of our models that would be read as a hundred times what they say are refused.

    Odoo takes a comma for a separator of thousands unless told otherwise, and makes 50 of "0,50".
    What :meth:`load` gets is the number only, so it is looked at where it is parsed.
    """

    _inherit = "base_import.import"

    def _parse_float_from_data(self, data, index, name, options):
        if (self.res_model or "").startswith("retention."):
            for line in data:
                self._check_thousands((line[index] or "").strip(), name, options)
        return super()._parse_float_from_data(data, index, name, options)

    def _check_thousands(self, value, name, options):
        """Refuse ``value`` of column ``name`` if fewer than three digits follow its thousands separator.

        :raise ImportValidationError: naming the column, the value and what is allowed
        """
        thousands, decimal = self._infer_separators(value, options)
        if not thousands or thousands.isspace() or thousands not in value:
            return
        whole = value.split(decimal)[0] if decimal else value
        last = whole.rpartition(thousands)[2]
        digits = "".join(each for each in last if each.isdigit())
        if len(digits) == 3 or thousands not in whole:
            return
        raise ImportValidationError(
            self.env._(
                "Column %(column)s has the value %(value)s, and “%(separator)s” separates thousands, "
                "three digits each. If it separates decimals, choose it as the decimal separator "
                "under Formatting.",
                column=name,
                value=value,
                separator=thousands,
            ),
            field=name,
        )
