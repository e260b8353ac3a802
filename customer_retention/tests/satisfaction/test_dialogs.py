from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import OWN
from ..program.test_program import ProgramCase


@tagged("post_install", "-at_install")
class TestDialogs(ProgramCase):
    """Dialogs tell of nothing that whoever opens them may not see, whatever number they are sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sally = cls._create_user("dialogs_sally", OWN, name="Sally")
        cls.other = cls._create_user("dialogs_other", OWN, name="Otto")

    def _open_call(self, user):
        program = self._create_program(pause_days=0)
        self._create_silent(user_id=user.id, name="Secret Customer")
        self._enter(program)
        return self._act().filtered(lambda each: each.program_id == program)

    def _get_dialogs(self, user):
        """Return ``[(model, field, value of what lies with user)]`` of our dialogs."""
        followup = self._open_call(user)
        answer = self.env["retention.satisfaction"]._record(
            [{"partner_id": followup.partner_id.id, "origin": "phone", "level": "satisfied"}]
        )
        lead = self.env["crm.lead"].create(
            {"name": "Secret Lead", "user_id": user.id, "referred": "Secret Referrer"}
        )
        return [
            ("retention.followup.answer", "followup_id", followup.id),
            ("retention.followup.answer", "satisfaction_id", answer.id),
            ("retention.followup.postpone", "followup_id", followup.id),
            ("retention.followup.assign", "followup_ids", [Command.set(followup.ids)]),
            ("retention.followup.assign", "followup_ids", [Command.link(followup.id)]),
            ("retention.referrer.match", "lead_id", lead.id),
        ]

    def _get_spec(self, model):
        """Return what a page asks of a dialog: all its fields, with the names of records."""
        return {
            name: {"fields": {"display_name": {}}} if field.relational else {}
            for name, field in self.env[model]._fields.items()
        }

    def _get_needed(self, model):
        """Return values of the fields that a dialog needs beside the one that is tried."""
        if model == "retention.referrer.match":
            return {"partner_id": self.env.company.partner_id.id}
        return {"user_id": self.sally.id} if model.endswith("assign") else {}

    def test_of_colleagues(self):
        """Nobody reads by a dialog what lies with a colleague: not created, written, opened, changed."""
        for model, name, value in self._get_dialogs(self.other):
            Dialog = self._as(self.env[model], self.sally)
            opened = Dialog.with_context(**{f"default_{name}": value})
            spec = self._get_spec(model)
            tries = {
                "create": (Dialog.create, {**self._get_needed(model), name: value}),
                "open": (opened.onchange, {}, [], spec),
                "change": (Dialog.onchange, {name: value}, [name], spec),
                "change another": (
                    Dialog.onchange,
                    {name: value, "display_name": ""},
                    ["display_name"],
                    spec,
                ),
            }
            for way, (method, *arguments) in tries.items():
                with self.subTest(model=model, name=name, way=way), self.assertRaises(AccessError):
                    method(*arguments)

    def test_written_later(self):
        """Nor is it slipped into a dialog that was opened for something of one's own."""
        theirs = {(model, name): value for model, name, value in self._get_dialogs(self.other)}
        for model, name, value in self._get_dialogs(self.sally):
            Dialog = self._as(self.env[model], self.sally)
            dialog = Dialog.create({**self._get_needed(model), name: value})
            with self.subTest(model=model, name=name), self.assertRaises(AccessError):
                dialog.write({name: theirs[model, name]})

    def test_own(self):
        """What lies with oneself opens, changes and saves as ever."""
        for model, name, value in self._get_dialogs(self.sally):
            Dialog = self._as(self.env[model], self.sally)
            with self.subTest(model=model, name=name):
                opened = Dialog.with_context(**{f"default_{name}": value}).onchange(
                    {}, [], self._get_spec(model)
                )
                self.assertTrue(opened["value"][name])
                dialog = Dialog.create({**self._get_needed(model), name: value})
                self.assertTrue(dialog[name])

    def test_opened_for_nothing(self):
        """Every dialog of ours opens without anything to be about: no trace, whoever calls it."""
        dialogs = [
            model._name
            for model in self.env.values()
            if model._transient and model._name.startswith("retention.")
        ]
        self.assertGreaterEqual(len(dialogs), 7)
        for user in self.sally | self.user:
            for model in dialogs:
                Dialog = self._as(self.env[model], user)
                for name in None, *Dialog._fields:
                    with self.subTest(model=model, user=user.name, name=name):
                        sent = {name: False} if name else {}
                        try:
                            Dialog.onchange(sent, list(sent), self._get_spec(model))
                        except (AccessError, UserError) as error:
                            # Told in words.
                            self.assertTrue(str(error))
