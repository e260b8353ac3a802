"""What the addon adds to opening a contact and a list of contacts."""

from __future__ import annotations

from statistics import median

from lxml import etree

from odoo.tests.form import Form

from bench.measure import Watch, watch
from bench.table import Row, seconds

# The form: four for the figures, two each for acquisition and profile.
FORM, LIST = 4 + 2 + 2, 2
ROWS = 80
TIMES = 5
ADDON = "customer_retention"


def measure(env, sample) -> list[Row]:
    """Open form and list with all fields of their views, and again without those of the addon."""
    user = env.ref("base.user_admin")
    user.write({"group_ids": [(4, env.ref("sales_team.group_sale_manager").id)]})
    env = env(user=user.id, context={"lang": "en_US"})
    Partner = env["res.partner"]
    partner = Partner.browse(sample.first_customer)
    form = Form(partner, "base.view_partner_form")._view["fields_spec"]
    columns = _list_spec(Partner)
    rows = []
    for label, spec, bar, work in (
        ("partner form", form, FORM, lambda spec: partner.web_read(spec)),
        (
            f"list of {ROWS}",
            columns,
            LIST,
            lambda spec: Partner.web_search_read([("customer_rank", ">", 0)], spec, limit=ROWS),
        ),
    ):
        without = _open(env, work, _core_only(env, "res.partner", spec))
        with_ours = _open(env, work, spec)
        more = with_ours.queries - without.queries
        rows += [
            Row(f"Opening the {label} without our fields", _words(without)),
            Row(
                f"Opening the {label} with them", _words(with_ours), f"+{more}", more, bar, " more"
            ),
        ]
    env.cr.rollback()
    return rows


def _words(found: Watch) -> str:
    return f"{seconds(found.seconds)}, {found.queries} statements"


def _open(env, work, spec: dict) -> Watch:
    """Open once to fill what all requests share, then some times as a new request would."""
    found = []
    for _each in range(TIMES + 1):
        env.flush_all()
        env.transaction.reset()
        with watch(env) as seen:
            work(spec)
        found.append(seen)
    typical = found[-1]
    typical.seconds = median(each.seconds for each in found[1:])
    return typical


def _list_spec(Partner) -> dict:
    """Return what the web client reads for the list of contacts, with its optional columns."""
    view = Partner.get_view(Partner.env.ref("base.view_partner_tree").id, "list")
    spec = {}
    for node in etree.fromstring(view["arch"]).iterfind("./field"):
        field = Partner._fields[node.get("name")]
        spec[field.name] = {}
        hidden = node.get("column_invisible") in ("True", "1")
        if field.type == "many2one":
            # Of what is never shown the client reads the id alone.
            spec[field.name]["fields"] = {} if hidden else {"display_name": {}}
        elif field.type == "many2many":
            names = {"display_name", "color"} & Partner.env[field.comodel_name]._fields.keys()
            spec[field.name]["fields"] = {name: {} for name in sorted(names)}
    return spec


def _core_only(env, model: str, spec: dict) -> dict:
    """Return ``spec`` without the fields that our addons added."""
    fields = env[model]._fields
    kept = {}
    for name, inside in spec.items():
        ours = any(module.startswith(ADDON) for module in fields[name]._modules)
        if ours or model.startswith("retention."):
            continue
        if "fields" in inside:
            inside = {
                **inside,
                "fields": _core_only(env, fields[name].comodel_name, inside["fields"]),
            }
        kept[name] = inside
    return kept
