from odoo import models

from ...tools.spreadsheet import escape_formula


class RetentionCustomerTextMixin(models.AbstractModel):
    """Records with texts written by customers: no formula of theirs gets into a spreadsheet.

    Name the fields in ``_customer_texts``. Exports show these texts, and the names of customers,
    who write them in the portal, with an apostrophe before what a spreadsheet would calculate; in
    the database and on the screen they are as written.
    """

    _name = "retention.customer.text.mixin"
    _description = "Texts of Customers"

    _customer_texts = ()

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        rows = super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        columns = [number for number, path in enumerate(fields) if self._is_customer_text(path)]
        for row in rows:
            for number in columns:
                row[number] = escape_formula(row[number])
        return rows

    def _is_customer_text(self, path):
        """Return whether a column holds what customers wrote: one of the texts, or their own name."""
        if not path or path[0] in ("display_name", *self._customer_texts):
            return bool(path)
        field = self._fields.get(path[0])
        return len(path) == 1 and field is not None and field.comodel_name == "res.partner"
