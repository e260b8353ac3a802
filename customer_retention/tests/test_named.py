from odoo.tests import TransactionCase, tagged

LISTS = ("crm.lost.reason", "retention.interest", "retention.priority")


@tagged("post_install", "-at_install")
class TestNamed(TransactionCase):
    """Short lists whose names are read without a query and are never out of date."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")

    def _create_read(self, model):
        """Return a record in English and in French, whose names have been read in both."""
        record = self.env[model].create({"name": "Sailing", "active": False})
        french = record.with_context(lang="fr_FR")
        self.assertNames(record, "Sailing", "Sailing")
        return record, french

    def assertNames(self, record, english, french):
        for lang, name in (("en_US", english), ("fr_FR", french)):
            seen = record.with_context(lang=lang)
            self.assertEqual((seen.display_name, seen._get_names()[record.id]), (name, name))

    def test_without_a_query(self):
        """Names that were read once are read without asking the database again."""
        for model in LISTS:
            with self.subTest(model=model):
                record, _french = self._create_read(model)
                self.env.invalidate_all()
                with self.assertQueryCount(0):
                    self.assertEqual(record.display_name, "Sailing")

    def test_translated(self):
        """A translation shows at once, from whichever language and for whichever it is written."""
        for model in LISTS:
            with self.subTest(model=model):
                record, french = self._create_read(model)
                record.update_field_translations("name", {"fr_FR": "Voile"})
                self.assertNames(record, "Sailing", "Voile")
                french.update_field_translations("name", {"fr_FR": "La voile", "en_US": "Sail"})
                self.assertNames(record, "Sail", "La voile")
                record.update_field_translations("name", {"fr_FR": False})
                self.assertNames(record, "Sail", "Sail")

    def test_renamed_and_deleted(self):
        """A new name shows at once, and what is deleted is named no more."""
        for model in LISTS:
            with self.subTest(model=model):
                record, french = self._create_read(model)
                french.name = "Voile"
                self.assertNames(record, "Sailing", "Voile")
                record.unlink()
                self.assertNotIn(record.id, french._get_names())
