"""What nobody may see, in a row of every model of ours, and how to find it in what comes back."""

import inspect
from datetime import date, datetime

from odoo.models import BaseModel

from .common import ALL, MANAGER, OWN, RetentionCase

ADDON = "odoo.addons.customer_retention"
EXPORT = "base.group_allow_export"
COLLEAGUES, FOREIGN = "Zqx-Colleague", "Zqx-Foreign"
# Purchases of those customers: no other number in the tests is as large.
LARGE = 400_000
AMOUNTS = {COLLEAGUES: 987_654, FOREIGN: 876_543}
MAGIC_COLUMNS = ("id", "create_uid", "create_date", "write_uid", "write_date")
# What core calls, and what the tests of creating and writing look at.
OF_CORE = {"create", "write", "unlink", "onchange", "message_route", "default_get", "message_new"}


def find_leaks(value, words, is_counted=True):
    """Yield what of ``words``, or of their large amounts, stands in ``value``, however deep."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from find_leaks(key, words, is_counted)
            yield from find_leaks(each, words, is_counted)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for each in value:
            yield from find_leaks(each, words, is_counted)
    elif isinstance(value, (str, bytes)):
        text = value.decode(errors="replace") if isinstance(value, bytes) else value
        yield from (word for word in words if word in text)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if is_counted and _is_telling(value, words):
            yield value


def _is_telling(number, words):
    """Return whether ``number`` is an amount of a customer of ``words``, or has it in a sum."""
    if COLLEAGUES in words:
        return abs(number) >= LARGE
    return abs(abs(number) - AMOUNTS[FOREIGN]) < 1 or abs(number) > sum(AMOUNTS.values()) - LARGE


class SecurityCase(RetentionCase):
    """A colleague's customer and one of another company, with a row of each of our models about them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls._create_company("Foreign Company")
        cls.colleague = cls._create_user("security_colleague", OWN, name="Cleo")
        cls.abroad = cls._create_user("security_abroad", MANAGER, companies=cls.foreign)
        cls.users = {
            "public": cls.env.ref("base.public_user"),
            "portal": cls._create_user("security_portal", "base.group_portal"),
            "employee": cls._create_user("security_employee", f"base.group_user,{EXPORT}"),
            "own": cls._create_user("security_own", f"{OWN},{EXPORT}"),
            "all": cls._create_user("security_all", f"{ALL},{EXPORT}"),
            "manager": cls._create_user("security_manager", f"{MANAGER},{EXPORT}"),
        }
        cls.hidden = {
            name: (FOREIGN,) if name in ("all", "manager") else (COLLEAGUES, FOREIGN)
            for name in cls.users
        }
        cls.theirs = cls._create_customer("Theirs", user_id=cls.colleague.id)
        cls.outside = cls._create_customer(
            "Outside", user_id=cls.abroad.id, company_id=cls.foreign.id
        )
        cls.rows = {COLLEAGUES: {}, FOREIGN: {}}
        cls.failed = {}
        cls._create_everything(COLLEAGUES, cls.theirs, cls.company, cls.colleague)
        cls._create_everything(FOREIGN, cls.outside, cls.foreign, cls.abroad)
        cls.env.flush_all()
        cls.env.invalidate_all()

    # ------------------------------------------------------------------
    # Rows of every model
    # ------------------------------------------------------------------

    @classmethod
    def _get_models(cls):
        """Return the names of all models of ours, those of addons beside this one among them."""
        return sorted(
            name
            for name, model in cls.env.registry.items()
            if name.startswith("retention.") and not model._abstract
        )

    @classmethod
    def _create_everything(cls, word, customer, company, user):
        """Create rows about ``customer`` that say ``word``, with real figures of a large purchase."""
        env = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        cls.Past.create(
            {
                "partner_id": customer.id,
                "company_id": company.id,
                "amount": AMOUNTS[word],
                "date": date(2026, 6, 1),
                "reference": word,
            }
        )
        cls._refresh(company)
        for name in cls._get_models():
            model = env[name].sudo()
            is_shared = "partner_id" not in model._fields and not model._transient
            if not model._auto or (is_shared and word != FOREIGN):
                continue
            if rows := cls._find_rows(model, customer, company):
                cls._mark(rows, word)
            else:
                rows = cls._create_row(model, word, customer, company, user)
            if rows:
                cls.rows[word][name] = rows.sudo(False)
        for name in cls._get_models():
            model = env[name].sudo()
            if not model._auto and "partner_id" in model._fields:
                cls.env.flush_all()
                found = model.search([("partner_id", "=", customer.id)])
                cls.rows[word][name] = found.sudo(False)

    @classmethod
    def _find_rows(cls, model, customer, company):
        """Return the rows that are there already: figures, and what was made for another model."""
        if "partner_id" in model._fields:
            return model.search([("partner_id", "=", customer.id)])
        if "company_id" in model._fields and model._name not in ("retention.program",):
            return (
                model.search([("company_id", "=", company.id)]) if company == cls.foreign else model
            )
        return model.browse()

    @classmethod
    def _mark(cls, rows, word):
        """Write ``word`` into every text of ``rows`` that has a column, past what models refuse."""
        for name, field in rows._fields.items():
            if field.type in ("char", "text", "html") and field.store and field.column_type:
                if field.translate or field.related or name in ("key", "domain", "seed", "status"):
                    continue
                cls.env.flush_all()
                cls.env.cr.execute(
                    f'UPDATE "{rows._table}" SET "{name}" = %s WHERE id = ANY(%s)',
                    [word, rows.ids],
                )
        rows.invalidate_recordset()

    @classmethod
    def _create_row(cls, model, word, customer, company, user, **given):
        """Create one row of ``model`` from what its required fields say; None where none can be."""
        values = {**cls._get_special(model._name, word, customer, company, user), **given}
        if values.pop("skip", False):
            return None
        fields = model._fields
        if "partner_id" not in fields and "company_id" not in fields and not model._transient:
            return None  # a list that everybody shares
        for name, field in fields.items():
            if name in values or name in MAGIC_COLUMNS or field.related or not field.store:
                continue
            if field.type == "many2one" and field.comodel_name == "res.partner":
                if name == "partner_id" or field.required:
                    values[name] = customer.id
            elif field.type == "many2one" and field.comodel_name == "res.company":
                values[name] = company.id
            elif name == "user_id" or (field.required and field.comodel_name == "res.users"):
                values[name] = user.id
            elif field.type in ("char", "text") and not field.compute and not field.default:
                values[name] = word
            elif (
                field.required and field.type == "many2one" and not (field.default or field.compute)
            ):
                other = cls._get_other(model.env[field.comodel_name], word, customer, company, user)
                values[name] = other.id
            elif field.required and not field.default and field.type in ("date", "datetime"):
                values[name] = date(2026, 6, 1) if field.type == "date" else datetime(2026, 6, 1)
            elif field.required and not field.default and field.type == "selection":
                values[name] = field.get_values(model.env)[0]
        maker = model.with_user(user)
        # Dialogs are made by people, those of managers apart.
        maker = maker.sudo(not model._transient or not maker.has_access("create"))
        try:
            with cls.env.cr.savepoint():
                row = maker.create(values)
                row.flush_recordset()
                return row.sudo()
        except Exception as error:
            cls.failed[model._name] = f"{type(error).__name__}: {error} with {values}"
            return None

    @classmethod
    def _get_other(cls, model, word, customer, company, user):
        """Return the row of another model that a row has to name: the one made already, else any."""
        made = cls.rows[word].get(model._name)
        if made:
            return made[:1]
        if model._name.startswith("retention.") and "partner_id" in model._fields:
            row = cls._create_row(model.sudo(), word, customer, company, user)
            if row:
                cls.rows[word][model._name] = row.sudo(False)
                return row
        return model.sudo().search([], limit=1)

    @classmethod
    def _get_special(cls, name, word, customer, company, user):
        """Return what a row of model ``name`` needs beyond what its fields say."""
        program = cls.env.ref("customer_retention.retention_program_silent_gold", False)
        program = program or cls.env["retention.program"].search([], limit=1)
        special = {
            "retention.mention": {
                "kind": "choice",
                "reason_id": cls.env["retention.reason"].search([], limit=1).id,
            },
            "retention.enrollment": {"program_id": program.id, "state": "open"},
            "retention.followup": {"step_id": program.step_ids[:1].id, "state": "open"},
            "retention.program": {"event_type": "status", "domain": "[]", "seed": word},
            "retention.satisfaction": {"level": "dissatisfied", "origin": "phone"},
            "retention.survey.send": {"survey": cls._get_survey_key(), "partner_ids": customer.ids},
            "retention.program.add": {"program_id": program.id, "partner_ids": customer.ids},
            "retention.merge": {"merged_id": 1},
            "retention.outlook": {"result": "few", "refusal": ["customers", 1, 300]},
            "retention.sample.member": {"position": 1, "sample_id": cls._get_sample(company).id},
            "retention.referrer.match": {
                "lead_id": cls.env["crm.lead"]
                .create(
                    {"name": word, "referred": word, "user_id": user.id, "company_id": company.id}
                )
                .id
            },
            "retention.program.start": {"skip": True},  # names a program only
        }
        return special.get(name, {})

    @classmethod
    def _get_sample(cls, company):
        survey = cls.env.ref("customer_retention.survey_survey_relationship")
        values = {"name": "Sample", "mode": "survey", "survey_id": survey.id}
        return cls.env["retention.sample"].create({**values, "company_id": company.id})

    @classmethod
    def _get_survey_key(cls):
        return str(cls.env.ref("customer_retention.survey_survey_after_sale").id)

    # ------------------------------------------------------------------
    # Public methods
    # ------------------------------------------------------------------

    @classmethod
    def _get_public_methods(cls):
        """Return ``{model: [method]}`` of ours that can be called from outside, core's own names apart."""
        found = {}
        for name, model in cls.env.registry.items():
            for method, function in inspect.getmembers(model, inspect.isfunction):
                if method.startswith("_") or method in OF_CORE:
                    continue
                if getattr(function, "_api_private", False):
                    continue
                if function.__module__.startswith(ADDON):
                    found.setdefault(name, []).append(method)
        return found

    def _call(self, records, method):
        """Call ``method`` of ``records`` as its button or a remote call does, with what it requires."""
        function = getattr(records, method)
        required = [
            parameter
            for parameter in inspect.signature(function).parameters.values()
            if parameter.default is parameter.empty
            and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
        result = function(*[self.theirs.id for _each in required])
        return self._follow(records, result)

    def _follow(self, records, result):
        """Return ``result``, with what the window action in it would show."""
        if not isinstance(result, dict) or not result.get("res_model"):
            return result.ids if isinstance(result, BaseModel) else result
        env = records.env
        model = env[result["res_model"]].with_context(**self._get_context(result))
        shown = [result]
        if result.get("res_id"):
            shown.append(model.browse(result["res_id"]).read())
        elif result.get("target") == "new":
            shown.append(model.default_get([*model.fields_get()]))
        else:
            domain = result.get("domain") or []
            shown.append(model.search_read(domain if isinstance(domain, list) else []))
        return shown

    def _get_context(self, action):
        context = action.get("context") or {}
        return context if isinstance(context, dict) else {}
