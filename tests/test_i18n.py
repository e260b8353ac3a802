"""The templates of translations hold every term of the addons."""

import io

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

from dev import addons, i18n


@tagged("post_install", "-at_install")
class TestTemplates(TransactionCase):
    def test_templates_are_current(self):
        installed = self.env["ir.module.module"].search([("state", "=", "installed")])
        for name in sorted(
            set(installed.mapped("name")) & {path.parent.name for path in addons.manifests()}
        ):
            with self.subTest(name):
                exported = io.BytesIO()
                trans_export(None, [name], exported, "po", self.env)
                now = {entry.msgid for entry in polib.pofile(exported.getvalue().decode())}
                path = i18n.template(name)
                kept = (
                    {entry.msgid for entry in polib.pofile(str(path))} if path.exists() else set()
                )
                self.assertEqual(kept, now, "`make i18n` exports them anew")
