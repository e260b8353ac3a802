import logging
import re

from lxml import html
from psycopg2 import DataError

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import MANAGER, NOW
from .program.test_program import ProgramCase
from .survey.test_survey_answer import AnswerCase

# 7 * 191 is 1337: what evaluates writes it, and nothing else in the tests does.
SOLVED = "1337"
HOSTILE = (
    "{{ 7*191 }}",
    "${7*191}",
    "<t t-out='7*191'/>",
    '<t t-esc="7*191">x</t>',
    "% for x in [7*191]: % endfor",
    "%(name)s %s %d",
    "<script>document.title = 7*191</script>",
    "<img src=x onerror=alert(7*191)>",
    '=HYPERLINK("http://x",7*191)',
    "'; UPDATE res_users SET active = FALSE; --",
    "__import__('os').system('true')",
    "{0.__class__.__mro__}",
    "a\0b",
    "\ud800",
    "\u202eabc\u2066",
    "x" * 100_000,
)
# What a business writes as HTML is sanitized by Odoo; these are never in it.
ACTIVE = re.compile(r"<script|onerror\s*=|<t\s", re.I)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestManagerTexts(ProgramCase):
    """What a manager writes into any text of ours, in two languages, is text: never run, never fatal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.manager = cls._create_user("security_texts", f"{MANAGER},base.group_allow_export")
        cls.program = cls._create_program({"note": "Say hello.", "purpose": "service"})

    def _get_fields(self):
        """Yield a row that the manager may write, and each of its texts, of every model of ours."""
        for name, model in sorted(self.env.registry.items()):
            if not name.startswith("retention.") or model._abstract or model._transient:
                continue
            if not model._auto or not model._module.startswith("customer_retention"):
                continue
            rows = self.env[name].with_user(self.manager)
            if not rows.has_access("write"):
                continue
            row = self.program if name == "retention.program" else rows.search([], limit=1)
            if not row and "name" in rows._fields and rows.has_access("create"):
                row = rows.create({"name": "Row"})
            row = row.with_user(self.manager)
            for field in row._fields.values():
                is_text = field.type in ("char", "text", "html")
                if row and is_text and field.store and not field.readonly and not field.related:
                    yield row, field

    @mute_logger("odoo.sql_db")
    def test_written(self):
        """Saved or refused in words; read, named and exported it is what was written."""
        found = 0
        for row, field in self._get_fields():
            found += 1
            for text in HOSTILE:
                with self.subTest(field=str(field), text=text[:40]):
                    self._write(row, field, text)
        self.assertGreater(found, 15)

    def _write(self, row, field, text):
        savepoint = self.env.cr.savepoint()
        try:
            for lang in ("en_US", "fr_FR"):
                row.with_context(lang=lang).write({field.name: text})
            if field.translate is True:
                row.update_field_translations(field.name, {"fr_FR": text})
            row.flush_recordset()
        except (UserError, ValueError, DataError) as error:
            # The database refuses what it cannot hold, as for every text of Odoo.
            self.assertTrue(str(error))
        else:
            self._look(row, field)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    def _look(self, row, field):
        row.invalidate_recordset()
        for lang in ("en_US", "fr_FR"):
            seen = row.with_context(lang=lang)
            said = [
                seen.read([field.name]),
                seen.display_name,
                seen.export_data([field.name])["datas"],
            ]
            self.assertNotIn(SOLVED, str(said))
            if field.type == "html":
                self.assertIsNone(ACTIVE.search(str(seen[field.name])))

    def test_worked_with(self):
        """What such texts become in the work of people, in mails and in previews is text."""
        for text in HOSTILE:
            if "\0" in text or "\ud800" in text:
                continue
            for values in ({"name": text}, {"note": text}):
                with self.subTest(text=text[:40], field=[*values]):
                    savepoint = self.env.cr.savepoint()
                    self.program.write(values)
                    for lang in ("en_US", "fr_FR"):
                        customer = self._create_silent(lang=lang)
                    self._enter(self.program)
                    followup = self._act().filtered(lambda each, c=customer: each.partner_id == c)
                    said = [
                        followup.activity_id.summary,
                        followup.activity_id.note,
                        followup.with_user(self.user).read(["why", "what_to_do", "what_to_say"]),
                        self.program.with_user(self.manager).get_preview(),
                    ]
                    self.assertNotIn(SOLVED, str(said))
                    self.assertIsNone(ACTIVE.search(str(followup.activity_id.note or "")))
                    savepoint.close(rollback=True)
                    self.env.invalidate_all(flush=False)


@tagged("post_install", "-at_install")
class TestCustomerTexts(AnswerCase):
    """What a customer writes on our pages is kept as text, or refused in words, without a fault."""

    def _get_page(self, path):
        page = self.url_open(path)
        return html.fromstring(page.text), page

    def test_profile(self):
        """Each field of the own profile, and what the salesperson reads of it."""
        user = self._create_user("security_customer", "base.group_portal", name="Customer")
        self.authenticate("security_customer", "security_customer")
        names = (
            "preferred_name",
            "function",
            "preferences",
            "phone",
            "email",
            "do_not_contact_reason",
        )
        for text in HOSTILE:
            page, _response = self._get_page("/my/profile")
            token = page.xpath("//input[@name='csrf_token']/@value")[0]
            data = {"csrf_token": token, **dict.fromkeys(names, text)}
            with self.subTest(text=text[:40]), self.assertNoLogs("odoo", logging.ERROR):
                response = self.url_open("/my/profile", data=self._fit(data))
                self.assertLess(response.status_code, 500)
                # Beside the code 1337 may stand in the address of an asset.
                self.assertNotIn(f">{SOLVED}<", response.text)
                self.env.invalidate_all()
                partner = user.partner_id
                notes = " ".join(str(body) for body in partner.message_ids.mapped("body"))
                self.assertIsNone(re.search("<script|<img", notes, re.I))
                exported = str(partner.export_data(["preferred_name", "preferences"])["datas"])
                self.assertNotRegex(exported, r"\['=|, '=")

    def test_survey(self):
        """The words of an answer, and the comment that the salesperson reads."""
        for text in HOSTILE:
            person = self._create_person("Writer")
            answer = self.survey._invite(person, self.company)
            with self.subTest(text=text[:40]):
                self._send(self._get_key("dissatisfied"), answer)
                page, _response = self._get_page(self._get_path(answer))
                token = page.xpath("//input[@name='csrf_token']/@value")[0]
                question = answer._get_following_questions()
                data = {"csrf_token": token, f"question_{question.id}": text}
                body = self._open(f"{self._get_path(answer)}/more", data=self._fit(data))
                self.assertNotIn("<script>document.title", body)
                row = self._get_satisfaction(person)
                if row:
                    self.assertNotIn(SOLVED, row.comment or "")
                    exported = row.export_data(["comment"])["datas"][0][0]
                    self.assertFalse(str(exported).startswith("="), exported)
            person.unlink()

    def _fit(self, data):
        """Return ``data`` as a client that keeps to no rules sends it: halves of characters, too."""
        return {
            name: value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
            for name, value in data.items()
        }
