from odoo import api, models
from odoo.fields import Domain


class RetentionSpeakingMixin(models.AbstractModel):
    """Reports that say above chart or table what it says, with the rows behind it and what to do.

    Their graph and pivot have ``js_class="retention_speaking_graph"`` or ``…_pivot``.
    """

    _name = "retention.speaking.mixin"
    _description = "Reports That Speak"

    @api.model
    @api.readonly
    def get_sentence(self, domain):
        """Return what the rows in ``domain`` say, of the current company, with the reader's rights.

        :return: ``{"sentence": text, "domain": the rows it is about, "button": label or False,
            "action": the action of the button or False}``; False where there is nothing to say
        :raise AccessError: the reader may not read the report
        """
        rows = Domain(domain) & Domain("company_id", "=", self.env.company.id)
        said = self._get_sentence(rows)
        if not said:
            return False
        sentence, about, *button = said
        label, action = button or (False, False)
        return {"sentence": sentence, "domain": list(about), "button": label, "action": action}

    @api.model
    def _get_sentence(self, domain):
        """Return (sentence, domain of the rows it is about[, label, action]), or None. Hook."""
        return
