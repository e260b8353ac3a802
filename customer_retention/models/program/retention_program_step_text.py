from functools import partial

from odoo import api, models
from odoo.exceptions import ValidationError

from ...tools.placeholders import fill, find, get_path, has_loose_braces
from ..common.reach import EMPLOYEE
from ..common.say_value import say_value

TEXTS = ("summary", "note")
# Types of fields with one value that can be read out.
VALUES = ("char", "text", "integer", "float", "monetary", "date", "datetime", "selection")


class RetentionProgramStep(models.Model):
    """The words of a step: what may stand in them, and how placeholders are filled.

    Managers write them, scheduled actions fill them with all rights. So they are no templates:
    nothing in them is evaluated. A placeholder is a path to one value of the contact that every
    employee may read, or one of ``retention.followup._get_placeholders()``; its words are plain
    text. Anything else is refused in every language when it is saved, and left out where it got
    into the database all the same: the work is handed out, and the program shows what is wrong.
    """

    _inherit = "retention.program.step"

    # ------------------------------------------------------------------
    # What is refused
    # ------------------------------------------------------------------

    @api.constrains(*TEXTS)
    def _check_texts(self):
        for step in self:
            if faults := step._get_text_faults():
                raise ValidationError(faults[0])

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        # Core writes these past constraints.
        if field_name in TEXTS:
            for lang, text in translations.items():
                if isinstance(text, str) and (fault := self._get_text_fault(text)):
                    raise ValidationError(self._name_language(lang, fault))
        return super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )

    def _get_text_faults(self):
        """Return what is wrong with the words of these steps in any language, a sentence each."""
        faults = {}
        for lang, _name in self.env["res.lang"].get_installed():
            for step in self.with_context(lang=lang, prefetch_langs=True):
                for text in (step[name] for name in TEXTS):
                    if text and (fault := self._get_text_fault(text)):
                        faults.setdefault(fault, self._name_language(lang, fault))
        return list(faults.values())

    @api.model
    def _name_language(self, lang, fault):
        """Return ``fault``, with the language where it is not the reader's own."""
        if lang == (self.env.lang or "en_US"):
            return fault
        names = dict(self.env["res.lang"].get_installed())
        return self.env._("In %(language)s: %(fault)s", language=names.get(lang, lang), fault=fault)

    @api.model
    def _get_text_fault(self, text):
        """Return what is wrong with ``text``, "" where nothing is."""
        for placeholder in find(text):
            if not self._get_reader(placeholder):
                return self.env._(
                    "Placeholder is {{%(value)s}}. It has to be a field of the contact, like "
                    "{{ object.name }} or {{ object.country_id.name }}, or one of %(names)s.",
                    value=placeholder,
                    names=", ".join(
                        f"{{{{ {name} }}}}"
                        for name in self.env["retention.followup"]._get_placeholders()
                    ),
                )
        if has_loose_braces(text):
            return self.env._(
                "“%(text)s” has braces without their partner. A placeholder stands between two "
                "and two, like {{ object.name }}.",
                text=text,
            )
        return ""

    # ------------------------------------------------------------------
    # Placeholders
    # ------------------------------------------------------------------

    @api.model
    def _get_reader(self, placeholder):
        """Return the function that gives the words for ``placeholder`` of a follow-up, None for none."""
        named = self.env["retention.followup"]._get_placeholders()
        if placeholder in named:
            return named[placeholder]
        path = get_path(placeholder)
        if not self._is_field_of_contact(path):
            return None
        return lambda followup: say_value(followup._get_addressee(), path)

    @api.model
    def _is_field_of_contact(self, path):
        """Return whether ``path`` leads to one value of a contact that every employee may read."""
        model = self.env["res.partner"]
        reach = model._get_reach(EMPLOYEE)
        for name in path[:-1]:
            field = model._fields.get(name)
            if not field or field.type != "many2one" or not reach.has_field(field):
                return False
            model = self.env[field.comodel_name]
        field = model._fields.get(path[-1]) if path else None
        return bool(field) and field.type in VALUES and reach.has_field(field)

    def _fill(self, name, followups):
        """Return the words of field ``name`` for each of ``followups``, ``{follow-up: text}``.

        In the language of the addressee, as plain text; whoever shows it as HTML escapes it.
        """
        self.ensure_one()
        texts = {}
        for (company, lang), same in followups.sudo().grouped(self._get_audience).items():
            step = self.sudo().with_company(company).with_context(lang=lang)
            text = step[name] or ""
            readers = {each: step._get_reader(each) for each in find(text)}
            for followup in same.with_env(step.env):
                texts[followup] = fill(text, partial(self._get_words, followup, readers))
        return texts

    def _get_audience(self, followup):
        """Return the company and the language that the words for ``followup`` are of."""
        return followup.company_id, followup._get_addressee().lang or self.env.lang

    @staticmethod
    def _get_words(followup, readers, placeholder):
        read = readers[placeholder]
        return (read(followup) or "") if read else ""
