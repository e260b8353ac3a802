from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOW
from .common_security import COLLEAGUES, FOREIGN, SecurityCase, find_leaks

MUTED = ("odoo.models", "odoo.sql_db", "odoo.addons.base.models.ir_model", "odoo.orm.models")
MUTED += ("odoo.addons.base.models.ir_rule", "odoo.http", "odoo.tests")
GROUPABLE = ("char", "selection", "many2one", "date", "boolean", "integer")
SUMMED = ("integer", "float", "monetary")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestSecurity(SecurityCase):
    """Every model and public method of ours, as every kind of user: nothing of others comes back.

    New models and methods are in it by themselves.
    """

    maxDiff = None

    def setUp(self):
        super().setUp()
        mute = mute_logger(*MUTED)
        mute.__enter__()
        self.addCleanup(mute.__exit__, None, None, None)

    def test_rows(self):
        """There is a row about both customers of every model that can have one."""
        self.assertEqual(self.failed, {})
        for word, rows in self.rows.items():
            missing = [
                name
                for name in self._get_models()
                if "partner_id" in self.env[name]._fields and not rows.get(name)
            ]
            # These say something of orders, invitations and thanks, which have tests of their own.
            reports = [name for name in missing if not self.env[name]._auto]
            self.assertEqual([name for name in missing if name not in reports], [], word)

    def test_dialogs(self):
        """What somebody types into a dialog is theirs alone: each has a rule that says so."""
        for name in self._get_models():
            if self.env[name]._transient:
                rules = self.env["ir.rule"].search([("model_id.model", "=", name)])
                self.assertIn("[('create_uid', '=', user.id)]", rules.mapped("domain_force"), name)

    def _try(self, what, words, work, is_counted=True, names=()):
        """Do ``work`` and undo it; what comes back, an error among it, has none of ``words``."""
        savepoint = self.env.cr.savepoint()
        try:
            found = work()
        except Exception as error:
            found = str(error)
            is_counted = False
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)
        leaks = set(find_leaks(found, words, is_counted))
        if leaks:
            self.leaks.append((*what, leaks))

    def _get_hidden(self, name, words):
        """Return the ids of the rows of model ``name`` that say one of ``words``."""
        return [row_id for word in words for row_id in self._get_ids(name, word)]

    def _get_ids(self, name, word):
        rows = self.rows[word].get(name)
        return rows.ids if rows else []

    def test_models(self):
        """Read, search, sort, group, sum, export, name and onchange."""
        self.leaks = []
        for kind, user in self.users.items():
            words = self.hidden[kind]
            for name in self._get_models():
                self._look(kind, words, self._as(self.env[name], user, self.company))
        self.assertEqual(self.leaks, [])

    def _look(self, kind, words, model):
        name = model._name
        if not model.has_access("read"):
            self._try((kind, name, "read"), words, lambda: model.search_read([]))
            return
        # Configuration that all share has no customer; numbers of companies are looked at in words.
        counted = "partner_id" in model._fields
        ids = self._get_hidden(name, words)
        info = model.fields_get()
        names = [*info]
        rows = model.browse(ids)
        self._try((kind, name, "search_read"), words, lambda: model.search_read([], names), counted)
        for field in names:
            self._try(
                (kind, name, "read", field),
                words,
                lambda field=field: [each.read([field]) for each in rows],
            )
        self._try((kind, name, "name_search"), words, lambda: model.name_search(""), False)
        self._try((kind, name, "name"), words, lambda: rows.mapped("display_name"), False)
        self._try((kind, name, "export"), words, lambda: model.search([]).export_data(names), False)
        self._try(
            (kind, name, "export them"), words, lambda: rows.export_data(names)["datas"], False
        )
        spec = {field: {} for field in names if model._fields[field].type != "one2many"}
        self._try((kind, name, "onchange"), words, lambda: rows[:1].onchange({}, [], spec), counted)
        for customer in (self.theirs, self.outside):
            given = {"partner_id": customer.id} if "partner_id" in names else {}
            self._try(
                (kind, name, "proposed"),
                words,
                lambda given=given: model.onchange(given, [*given], spec),
                counted,
            )
        for field, described in info.items():
            if described.get("searchable") and described["type"] in ("char", "text", "html"):
                for word in words:
                    found = model.browse()
                    try:
                        with self.env.cr.savepoint():
                            found = model.search([(field, "ilike", word)])
                    except Exception:
                        found = model.browse()
                    if set(found.ids) & set(ids):
                        self.leaks.append((kind, name, "search", field, found.ids))
            if described.get("sortable"):
                try:
                    with self.env.cr.savepoint():
                        sorted_ids = model.search([], order=field).ids
                except Exception:
                    sorted_ids = []
                if set(ids) & set(sorted_ids):
                    self.leaks.append((kind, name, "order", field))
            if described.get("groupable") and described["type"] in GROUPABLE:
                by = f"{field}:month" if described["type"] == "date" else field
                sums = [
                    f"{each}:sum"
                    for each, of in info.items()
                    if of["type"] in SUMMED and of.get("aggregator") and of.get("store")
                ]
                self._try(
                    (kind, name, "group", field),
                    words,
                    lambda by=by, sums=sums: model.formatted_read_group([], [by], sums),
                    counted,
                )

    def test_changes(self):
        """Nobody writes, deletes or copies a row they do not see."""
        self.leaks = []
        for kind, user in self.users.items():
            words = self.hidden[kind]
            for name in self._get_models():
                model = self._as(self.env[name], user, self.company)
                ids = self._get_hidden(name, words)
                if not ids or not self.env[name]._auto:
                    continue
                texts = [
                    each
                    for each, field in model._fields.items()
                    if field.type in ("char", "text") and field.store and not field.readonly
                ]
                rows = model.browse(ids)
                before = self._take_down(name, ids)
                for what, work in (
                    ("write", lambda rows=rows, texts=texts: rows.write(dict.fromkeys(texts, "X"))),
                    ("unlink", lambda rows=rows: rows.unlink()),
                    ("copy", lambda rows=rows: [each.copy().ids for each in rows]),
                ):
                    self._change((kind, name, what), words, work, name, ids, before)
        self.assertEqual(self.leaks, [])

    def _take_down(self, name, ids):
        self.env.flush_all()
        self.env.cr.execute(
            f'SELECT STRING_AGG(t::text, chr(10) ORDER BY id) FROM "{self.env[name]._table}" AS t'
            " WHERE id = ANY(%s)",
            [ids],
        )
        return self.env.cr.fetchone()[0]

    def _change(self, what, words, work, name, ids, before):
        """Do ``work`` and undo it; rows ``ids`` of model ``name`` stay as they were ``before``."""
        savepoint = self.env.cr.savepoint()
        refused = False
        found = None
        try:
            found = work()
            self.env.flush_all()
        except Exception as error:
            refused, found = True, str(error)
        if not refused and self._take_down(name, ids) != before:
            self.leaks.append((*what, "changed"))
        savepoint.close(rollback=True)
        self.env.invalidate_all(flush=False)
        leaks = set(find_leaks(found, words, False))
        if leaks:
            self.leaks.append((*what, leaks))

    def test_methods(self):
        """Every public method of ours, on rows of others, on none, and on their customers."""
        self.leaks = []
        methods = self._get_public_methods()
        self.assertGreater(sum(map(len, methods.values())), 80)
        for kind, user in self.users.items():
            words = self.hidden[kind]
            for name, of_model in methods.items():
                model = self._as(self.env[name], user, self.company)
                ids = self._get_hidden(name, words)
                if name == "res.partner":
                    ids = [self.outside.id] + self.theirs.ids * (COLLEAGUES in words)
                # Contacts are Odoo's own: whoever may write them may.
                is_ours = self.env[name]._auto and not self.env[name]._abstract
                table = name if is_ours and name != "res.partner" else None
                for records in (model, model.browse(ids), *map(model.browse, ids[:2])):
                    for method in of_model:
                        self._call_one(kind, words, records, method, table, ids)
        self.assertEqual(self.leaks, [])

    def _call_one(self, kind, words, records, method, table, ids):
        if not table:
            what = (kind, records._name, method)
            self._try(what, words, lambda: self._call(records, method), bool(records.ids))
            return
        before = self._take_down(table, ids)
        self._change(
            (kind, records._name, method, len(records)),
            words,
            lambda: self._call(records, method),
            table,
            ids,
            before,
        )
        self.assertIn(FOREIGN, words)
