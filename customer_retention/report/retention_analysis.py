from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import movement

CURVE_POINTS = 100
MONTHS = 24
MOVEMENT_DAYS = 30
MOVERS = 8


class RetentionAnalysis(models.AbstractModel):
    """What the page *Analysis* shows, of the current company and of the customers the reader may see.

    Money is yearly value, untaxed, in company currency. Each figure comes with the domain that
    opens its records.
    """

    _name = "retention.analysis"
    _description = "Customer Analysis"

    @api.model
    @api.readonly
    def get_analysis(self):
        """Return ``{"currency_id", "customers", "pareto", "matrix", "movements"}`` for the page.

        :raise AccessError: the reader may not read figures of customers
        """
        return {
            "currency_id": self.env.company.currency_id.id,
            "customers": self.env["retention.customer"].search_count(self._get_domain()),
            "pareto": self._get_pareto(),
            "matrix": self._get_matrix(),
            "movements": self._get_movements(),
        }

    @api.model
    @api.readonly
    def get_months(self, partner_id):
        """Return the net value of each of the last 24 months of a customer, the present one last.

        Read when the chart of the contact is shown, not with the contact.

        :return: ``[[first day of the month, amount], …]``; empty where the reader may not see the
            figures of this customer, or there are none
        """
        company = self.env.company
        mine = self._get_domain() & Domain("partner_id", "=", partner_id)
        if not self.env["retention.customer"].search_count(mine):
            return []
        today = company._get_retention_today()
        partner = self.env["res.partner"].browse(partner_id)
        bought = self.env["retention.customer"]._get_months(partner, company, MONTHS)
        amounts = bought.get(partner_id, [0] * MONTHS)
        first = today.replace(day=1) - relativedelta(months=MONTHS - 1)
        return [[first + relativedelta(months=place), each] for place, each in enumerate(amounts)]

    def _get_domain(self):
        return Domain("company_id", "=", self.env.company.id)

    def _get_pareto(self):
        """Return the curve ``points`` [share of customers, share of value] in percent, and the classes.

        Customers with a value above 0, the largest first; about a hundred points whatever their
        number. ``classes`` has the share of customers up to which a class reaches, where classes
        follow the value (A always; B with the Pareto method).
        """
        Customer = self.env["retention.customer"]
        bought = self._get_domain() & Domain("value_year", ">", 0)
        query = Customer._search(bought)
        rows = self.env.execute_query(
            SQL(
                """SELECT 100.0 * position / count, 100.0 * up_to / total
                     FROM (SELECT ROW_NUMBER() OVER largest AS position,
                                  SUM(value_year) OVER largest AS up_to,
                                  COUNT(*) OVER () AS count,
                                  SUM(value_year) OVER () AS total
                             FROM retention_customer
                            WHERE id IN %s
                           WINDOW largest AS (ORDER BY value_year DESC, id)) AS curve
                    WHERE position %% GREATEST(1, count / %s) = 0 OR position IN (1, count)
                    ORDER BY position""",
                query.subselect(),
                CURVE_POINTS,
            )
        )
        counts = dict(Customer._read_group(bought, ["abc_class"], ["__count"]))
        total = sum(counts.values())
        reach = {"a": counts.get("a", 0)}
        if self.env.company.retention_abc_method == "pareto":
            reach["b"] = reach["a"] + counts.get("b", 0)
        return {
            "points": [[0, 0], *([float(x), float(y)] for x, y in rows)] if rows else [],
            "classes": {name: 100 * count / total for name, count in reach.items()}
            if total
            else {},
            "count": total,
        }

    def _get_matrix(self):
        """Return status × class with number and yearly value, and the domain behind each cell."""
        Customer = self.env["retention.customer"]
        figures = {
            (status, abc_class): (count, value)
            for status, abc_class, count, value in Customer._read_group(
                self._get_domain(), ["status", "abc_class"], ["__count", "value_year:sum"]
            )
        }
        fields = Customer.fields_get(["status", "abc_class"], ["selection"])
        classes = fields["abc_class"]["selection"]
        rows = []
        for status, label in fields["status"]["selection"]:
            cells = [
                self._get_cell(status, abc_class, *figures.get((status, abc_class), (0, 0)))
                for abc_class, _label in classes
            ]
            if any(cell["count"] for cell in cells):
                count = sum(cell["count"] for cell in cells)
                value = sum(cell["value"] for cell in cells)
                total = self._get_cell(status, False, count, value)
                rows.append({"status": status, "label": label, "cells": [*cells, total]})
        return {"classes": [label for _value, label in classes], "rows": rows}

    def _get_cell(self, status, abc_class, count, value):
        domain = self._get_domain() & Domain("status", "=", status)
        if abc_class:
            domain &= Domain("abc_class", "=", abc_class)
        return {
            "key": f"{status}/{abc_class}",
            "count": count,
            "value": value,
            "domain": list(domain),
        }

    def _get_movements(self):
        """Return who came up and who went down in the last 30 days, by figure, with the largest customers."""
        Event = self.env["retention.event"]
        since = self.env.company._get_retention_today() - timedelta(days=MOVEMENT_DAYS)
        recent = self._get_domain() & Domain("date", ">", since)
        labels = dict(Event.fields_get(["type"], ["selection"])["type"]["selection"])
        movements = []
        for kind in movement.ORDER:
            row = {"kind": kind, "label": labels[kind]}
            for way in ("up", "down"):
                domain = recent & Domain("type", "=", kind) & Domain("direction", "=", way)
                row[way] = {"count": Event.search_count(domain), "domain": list(domain)}
            movements.append(row)
        moved = recent & Domain("type", "=", "status") & Domain("direction", "in", ("up", "down"))
        events = Event.search(moved, order="date desc, id desc", limit=10 * MOVERS)
        events = events.sorted(lambda event: -event.partner_id.value_year)[:MOVERS]
        return {
            "days": MOVEMENT_DAYS,
            "kinds": movements,
            "movers": [
                {
                    "id": event.id,
                    "partner_id": event.partner_id.id,
                    "name": event.partner_id.display_name,
                    "value": event.partner_id.value_year,
                    "description": event.description,
                    "direction": event.direction,
                    "date": event.date,
                }
                for event in events
            ],
        }
