from collections import defaultdict

from odoo import api, models
from odoo.exceptions import AccessError

# Fields of a form by which it could be made to show records, or what is worked out from them.
SHOWN = ("many2one", "many2many", "one2many")


def check_given(model, vals_list, names, *, new=False):
    """Raise an AccessError where values name, in Many2one fields ``names``, what the user may not read.

    Before they are written: what Odoo says of records that do not fit together has their names in
    it. Users are not looked at: handing work to somebody else is nobody's secret.

    :param new: records are made of them; what the context proposes counts, too
    """
    if model.env.su:
        return
    proposed = model.env.context if new else {}
    given = defaultdict(set)
    for vals in vals_list:
        for name in names:
            value = vals[name] if name in vals else proposed.get(f"default_{name}")
            comodel = model._fields[name].comodel_name
            if isinstance(value, int) and value and comodel != "res.users":
                given[comodel].add(value)
    for comodel, ids in given.items():
        model.env[comodel].browse(ids).check_access("read")


class RetentionWritableMixin(models.AbstractModel):
    """Rows that nobody gets out of their own reach, nor anything into it, by writing them.

    Odoo asks its rules of a row as it is *before* it is written: by them alone, a row could be
    moved onto a colleague's customer, or into a company its writer does not belong to. Here they
    are asked once more of the row as it has become, and what it names, a customer, person, company,
    document or any other record, has to be readable by its writer. However it is written: in a
    form, by an import, from outside. Superusers, and so scheduled actions, are asked nothing, and
    giving work to another user is no matter of reach.
    """

    _name = "retention.writable.mixin"
    _description = "Row That Stays With Its Writer"

    @api.model_create_multi
    def create(self, vals_list):
        check_given(self, vals_list, self._get_named_fields("many2one"), new=True)
        records = super().create(vals_list)
        # Odoo has asked its rules of the new rows.
        if not self.env.su:
            records._check_named(self._get_named_fields())
        return records

    def write(self, vals):
        written = self._get_named_fields() & vals.keys()
        check_given(self, [vals], self._get_named_fields("many2one") & written)
        result = super().write(vals)
        if written and not self.env.su:
            self.check_access("write")
            self._check_named(written)
        return result

    def onchange(self, values, field_names, fields_spec):
        # Without a name the form is about to be opened, with what the context proposes.
        names = self._get_named_fields(*SHOWN)
        proposed = {} if field_names else self.default_get(sorted(names))
        self._check_shown({**proposed, **values})
        return super().onchange(values, field_names, fields_spec)

    def _check_shown(self, values):
        """Raise an AccessError where a form would name, saved or not, what its reader may not see.

        Odoo tells the name of any record whose number is sent. What the row names already stays.
        """
        if self.env.su:
            return
        names = self._get_named_fields(*SHOWN) & values.keys()
        row = self.new({name: values[name] for name in names}, origin=self)
        for name in names:
            (row[name]._origin - self[name]).check_access("read")

    @api.model
    def _get_named_fields(self, *types):
        """Return the names of fields that say what a row is about, of ``types`` where some are given."""
        types = types or ("many2one", "many2many", "many2one_reference")
        fields = [
            field
            for field in self._fields.values()
            if field.type in types
            and field.store
            and not field.related
            and field.comodel_name != "res.users"
        ]
        names = {field.name for field in fields}
        return names | {field.model_field for field in fields if field.type == "many2one_reference"}

    def _check_named(self, names):
        """Raise an AccessError where what was written in fields ``names`` is out of the writer's reach.

        Hook: what else has to be so of rows that people write; not asked of superusers.
        """
        named = defaultdict(set)
        rows = self.sudo().with_context(active_test=False)
        for field in (self._fields[name] for name in sorted(names)):
            if field.type == "many2many":
                named[field.comodel_name] |= set(rows[field.name].ids)
        for field in self._get_references(names):
            for row in rows:
                if row[field.model_field] and row[field.name]:
                    named[row[field.model_field]].add(row[field.name])
        for model, ids in named.items():
            if model not in self.env:
                raise AccessError(self.env._("There are no documents of model %s.", model))
            self.env[model].browse(ids).check_access("read")

    @api.model
    def _get_references(self, names):
        """Return the fields that name a document of any model, by one of the fields ``names``."""
        return [
            field
            for field in self._fields.values()
            if field.type == "many2one_reference"
            and not names.isdisjoint((field.name, field.model_field))
        ]
