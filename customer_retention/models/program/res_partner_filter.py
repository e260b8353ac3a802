import ast

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..common.reach import SALESPERSON, SEES_ALL, Reach
from ..profile.res_partner import SENSITIVE

NESTED = ("any", "not any")


class ResPartner(models.Model):
    """Filters that managers write and scheduled actions use, with all rights, to find customers.

    What may stand in one is a rule over its paths, the same for everybody: fields that every
    salesperson may read, none of the sensitive profile and none that the company does not keep,
    of models that every salesperson may read and of which who sees all customers sees all rows. Records with a company are looked at where they are
    those of the company that the filter is used for, or of none. Whoever saves a filter has to be
    allowed to search with it, too.
    """

    _inherit = "res.partner"

    @api.model
    def _get_reach(self, group, rows=None):
        """Return what texts and filters may speak of that everybody of ``group`` reads."""
        hidden = self._get_hidden_profile_fields()
        return Reach(self.env, group, rows, hidden, never=SENSITIVE)

    @api.model
    def _get_filter_fault(self, text, company):
        """Return why the filter ``text`` cannot find customers of ``company``, "" where it can.

        As it is used; what its writer may not search for is :meth:`_get_filter_refusal`.
        """
        try:
            self._parse_filter(text, company)
        except UserError as error:
            return str(error)
        return ""

    @api.model
    def _get_filter_refusal(self, text, company):
        """Return why the filter ``text`` is not to be saved for ``company``, "" where it may be.

        Beside what stands in it, the user has to be allowed, and the database able, to search.
        """
        if fault := self._get_filter_fault(text, company):
            return fault
        try:
            # What the database refuses must not stop the rest of the request.
            with self.env.cr.savepoint():
                # Constraints run as superuser.
                self.sudo(False).search(ast.literal_eval(text or "[]"), limit=1)
        except AccessError:
            reason = self.env._("a field in it is not for you to see.")
        except Exception:  # a person made it: told in words, whatever is wrong with it
            reason = self._get_misfit()
        else:
            return ""
        return str(self._get_filter_error(text, reason))

    @api.model
    def _parse_filter(self, text, company):
        """Return the filter ``text`` as a domain of customers, as ``company`` may use it.

        :raise UserError: it is no filter, or asks for more than filters may
        """
        partners = self.with_company(company)
        try:
            domain = Domain(ast.literal_eval(text or "[]"))
        except Exception:  # whatever it is, it is no filter
            reason = self.env._("it is not a filter like [('city', '=', 'Paris')].")
            raise self._get_filter_error(text, reason) from None
        try:
            domain = Filter(partners, company).keep_within(domain)
            domain.validate(partners.sudo())
        except OutOfReach as error:
            reason = self.env._(
                "%(field)s is not for every salesperson to see, so it cannot choose customers.",
                field=error,
            )
            raise self._get_filter_error(text, reason) from None
        except Exception:  # a person made it: told in words, whatever is wrong with it
            raise self._get_filter_error(text, self._get_misfit()) from None
        return domain

    @api.model
    def _get_misfit(self):
        return self.env._(
            "a field in it is not one of contacts, or is compared in a way or with a value that does "
            "not suit it."
        )

    @api.model
    def _get_filter_error(self, text, reason):
        return UserError(
            self.env._(
                "Customers is %(value)s, which cannot be used to find customers: %(reason)s",
                value=text,
                reason=reason,
            )
        )


class OutOfReach(Exception):
    """A field that a filter names is not for every salesperson."""


class Filter:
    """The rule over the paths of a filter, and what it leaves of it for one company."""

    def __init__(self, partners, company):
        self.partners = partners
        self.company = company
        self.reach = partners._get_reach(SALESPERSON, rows=SEES_ALL)

    def keep_within(self, domain, model=None):
        """Return ``domain`` of ``model``, of contacts by default, as it may be used.

        :raise OutOfReach: it names a field or a model that is not for every salesperson
        """
        model = self.partners if model is None else model
        return domain.map_conditions(lambda condition: self._keep_condition(condition, model))

    def _keep_condition(self, condition, model):
        name, _dot, rest = condition.field_expr.partition(".")
        field, operator, value = model._fields[name], condition.operator, condition.value
        if not self.reach.has_field(field):
            raise OutOfReach(condition.field_expr)
        if name == "id" and operator in NESTED:
            return Domain(name, operator, self.keep_within(Domain(value), model))
        if not field.relational:
            return condition
        other = model.env[field.comodel_name]
        if rest:
            return self._keep_nested(name, "any", Domain(rest, operator, value), other)
        if operator in NESTED:
            return self._keep_nested(name, operator, Domain(value), other)
        return self._keep_comparison(condition, field, other)

    def _keep_nested(self, name, operator, domain, other):
        return Domain(name, operator, self.keep_within(domain, other) & self._get_limit(other))

    def _keep_comparison(self, condition, field, other):
        """Return a comparison with records or names, of the ``other`` records that may be looked at."""
        name, operator, value = condition.field_expr, condition.operator, condition.value
        limit = self._get_limit(other)
        values = value if isinstance(value, list | tuple | set) else [value]
        is_named = any(isinstance(each, str) for each in values)
        if limit.is_true() or (field.type == "many2one" and not is_named):
            return condition  # what the field holds is the record's own
        positive = Domain.NEGATIVE_OPERATORS.get(operator, operator)
        if operator in ("child_of", "parent_of"):
            found = Domain(name, "any", Domain("id", operator, value) & limit)
        elif is_named:
            found = Domain(name, "any", Domain("display_name", positive, value) & limit)
        else:
            ids = [each for each in values if each]
            found = Domain(name, "any", Domain("id", "in", ids) & limit)
            if len(ids) < len(values):
                found |= Domain(name, "not any", limit)
        return found if positive == operator else ~found

    def _get_limit(self, model):
        """Return the domain of the records of ``model`` that belong to the company, or to none."""
        if "company_id" not in model._fields and "company_ids" not in model._fields:
            return Domain.TRUE
        return Domain(model._check_company_domain(self.company))
