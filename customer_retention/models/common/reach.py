"""What a text or a filter may speak of that somebody writes and superuser rights carry out."""

from functools import cache

from odoo.fields import NO_ACCESS
from odoo.models import BaseModel

EMPLOYEE = "base.group_user"
SALESPERSON = "sales_team.group_sale_salesman"
SEES_ALL = "sales_team.group_sale_salesman_all_leads"


class Reach:
    """The fields and models that everybody of a group may read, whoever reads at the moment.

    Scheduled actions read as superuser, for whom nothing is closed: what a manager makes them say,
    or look for, is held against this instead. A model is in reach where all its rows are, companies
    apart: one that shows everybody other rows (keys of users), or decides in code of its own who
    reads which (messages, activities, attachments), is not.
    """

    def __init__(self, env, group, rows=None, hidden=(), never=None):
        """Reach as far as ``group`` (its XML id) does.

        :param rows: XML id of the group that has to see all rows of a model; ``group`` by default
        :param hidden: names of fields of contacts that are closed to everybody
        :param never: XML id of a group whose fields stay closed even where ``group`` implies it
        """
        self.env = env
        self.hidden = set(hidden)
        self.never = never
        self.group_ids = self._get_implied_ids(group)
        self.row_group_ids = self._get_implied_ids(rows or group)
        self.has_model = cache(self._has_model)

    def _get_implied_ids(self, group):
        return set(self.env.ref(group).sudo().all_implied_ids.ids)

    def has_field(self, field):
        """Return whether everybody of the group may read ``field``, and the model it leads to."""
        if field.name in self.hidden and field.model_name in ("res.partner", "res.users"):
            return False
        if field.groups and not self._has_spec(field.groups):
            return False
        return not field.relational or self.has_model(field.comodel_name)

    def _has_model(self, name):
        """Return whether everybody of the group may read the model ``name``, companies apart."""
        access = self.env["ir.model.access"].sudo()._get_access_groups(name, "read")
        may_read = access.is_universal() or access.matches(self.group_ids)
        return may_read and not self._is_guarded(name) and self._has_rows(name)

    def has_groups(self, groups):
        """Return whether something for ``groups`` (records, none: for all) is for everybody of the group."""
        return not groups or bool(self.group_ids.intersection(groups.ids))

    def _has_spec(self, groups):
        names = [name.strip() for name in groups.split(",")]
        if groups == NO_ACCESS or self.never in names:
            return False
        definitions = self.env["res.groups"]._get_group_definitions()
        expression = definitions.parse(",".join(names), raise_if_not_found=False)
        return expression.matches(self.group_ids)

    def _has_rows(self, name):
        """Return whether record rules ask of nobody in the group who they are."""
        rules = self.env["ir.rule"].sudo()
        rules = rules.search([("model_id.model", "=", name), ("perm_read", "=", True)])
        of_group = rules.filtered(lambda rule: self.row_group_ids & {*rule.groups.ids})
        of_all = rules.filtered(lambda rule: not rule.groups)
        open_ones = rules.filtered(lambda rule: "user" not in (rule.domain_force or ""))
        return of_all <= open_ones and bool(not of_group or of_group & open_ones)

    def _is_guarded(self, name):
        classes = type(self.env[name]).mro()
        return any("_check_access" in vars(each) for each in classes[: classes.index(BaseModel)])
