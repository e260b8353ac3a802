from odoo import api, fields, models, tools


class RetentionNamedMixin(models.AbstractModel):
    """A short list with translated names, which are read without a query.

    Names are kept in the registry's cache, so that a form that shows some of them does not ask the
    database for each list. Whatever changes a name ends in ``write``, a translation too.
    """

    _name = "retention.named.mixin"
    _description = "Short List of Names"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = self._get_names()
        for record in self:
            # A record made or renamed in this transaction is not in the cache yet.
            record.display_name = names.get(record.id) or record.name

    @api.model
    @tools.ormcache("self.env.lang or 'en_US'")
    def _get_names(self):
        """Return the names of all, archived ones too, in the reader's language as ``{id: name}``."""
        records = self.sudo().with_context(active_test=False).search_fetch([], ["name"])
        return {record.id: record.name for record in records}

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
