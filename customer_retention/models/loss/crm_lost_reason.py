from odoo import api, fields, models, tools


class CrmLostReason(models.Model):
    """The one list of deal breakers, for lost deals and lost customers."""

    _inherit = "crm.lost.reason"

    win_back_if = fields.Text(
        "Can Be Won Back If",
        translate=True,
        help="What has to change before it makes sense to call again.",
    )

    @api.model
    @tools.ormcache("self.env.lang")
    def _get_names(self):
        """Return the names of all reasons in the reader's language as ``{id: name}``.

        Kept between requests: the contact's form names reasons in its latest events.
        """
        reasons = self.sudo().with_context(active_test=False).search_fetch([], ["name"])
        return {reason.id: reason.name for reason in reasons}

    @api.model_create_multi
    def create(self, vals_list):
        reasons = super().create(vals_list)
        self.env.registry.clear_cache()
        return reasons

    def write(self, vals):
        result = super().write(vals)
        if "name" in vals:
            self.env.registry.clear_cache()
        return result

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        result = super()._update_field_translations(field_name, translations, digest, source_lang)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def action_cause_gone(self):
        """List whom to call because this reason no longer holds."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_retention.retention_loss_call_action"
        )
        name = self.env._("Cause Is Gone: %s", self.name)
        return {
            **action,
            "name": name,
            "display_name": name,
            "context": {"search_default_lost_reason_id": self.id},
        }
