import json
import logging
import threading
from unittest.mock import patch

from odoo.tests import HttpCase, freeze_time, tagged

from ..models.common.ir_http import _is_ours
from .common import NOW
from .common_security import COLLEAGUES, FOREIGN, SecurityCase, find_leaks

WORDS = (COLLEAGUES, FOREIGN)
TOKENS = (
    "x",
    "0" * 36,
    "00000000-0000-4000-8000-000000000000",
    "%00",
    "..%2f..%2fweb",
    "é",
    "a" * 3000,
)
NUMBERS = ("0", "-1", "999999999", "99999999999999999999")
TEXTS = ("", "1", "<script>alert(1)</script>", "a\0b", "\ud83d\ude00", "{{ 7*7 }}", "x" * 100_000)
NAMES = (
    "choice",
    "wish",
    "comment",
    "description",
    "name",
    "verdict",
    "message",
    "order_id",
    "page",
)
BODIES = (
    "",
    "{}",
    "[]",
    "not json",
    json.dumps({"params": {"self": 1}}),
    json.dumps({"params": []}),
)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestSecurityRoutes(HttpCase, SecurityCase):
    """Every route of ours with wrong tokens, numbers, methods and bodies: no fault, and nothing of others.

    Routes are found by themselves, those of core that we extend among them.
    """

    def _get_rules(self):
        # Odoo finds the log of the map by the thread's database.
        with patch.object(threading.current_thread(), "dbname", self.env.cr.dbname, create=True):
            rules = self.env["ir.http"].routing_map().iter_rules()
            return [rule for rule in rules if _is_ours(rule.endpoint)]

    def _get_paths(self, rule):
        """Return addresses of ``rule`` with what somebody may try instead of its parts."""
        names = sorted(rule.arguments)
        if not names:
            return [rule.rule]
        tried = max(len(TOKENS), len(NUMBERS) + 2)
        hidden = self._get_numbers(rule)
        paths = []
        for place in range(tried):
            path = rule.rule
            for name in names:
                converter = type(rule._converters[name]).__name__
                if "String" in converter or "Unicode" in converter:
                    value = TOKENS[place % len(TOKENS)]
                else:
                    numbers = (*hidden, *NUMBERS)
                    value = numbers[place % len(numbers)]
                before, _bracket, rest = path.partition("<")
                path = before + value + rest.partition(">")[2]
            paths.append(path)
        return paths

    def _get_numbers(self, rule):
        """Return ids of rows that the visitor may not see."""
        name = "retention.complaint" if "complaint" in rule.rule else "retention.customer"
        rows = [self.rows[word].get(name) for word in WORDS]
        return [str(row_id) for row in rows if row for row_id in row.ids[:1]]

    def _open(self, path, **kwargs):
        try:
            response = self.url_open(path, timeout=30, allow_redirects=True, **kwargs)
        except ValueError:
            return  # the client refuses to send it
        what = (path[:120], kwargs.get("method"), str(kwargs)[:80])
        self.assertLess(response.status_code, 500, what)
        self.assertNotIn("Traceback (most recent call last)", response.text, what)
        self.assertEqual(set(find_leaks(response.text, WORDS)), set(), what)

    def test_routes(self):
        rules = self._get_rules()
        self.assertGreater(len(rules), 8)
        for login in (None, "security_portal"):
            self.authenticate(login, login)
            for rule in rules:
                is_json = rule.endpoint.routing["type"] == "jsonrpc"
                with (
                    self.subTest(rule=rule.rule, login=login),
                    self.assertNoLogs("odoo", logging.ERROR),
                ):
                    self._attack(rule, is_json)

    def _attack(self, rule, is_json):
        for path in self._get_paths(rule):
            if not is_json:
                self._open(path)
                self._open(f"{path}?self=1&lang=xx&page=-1&sortby=%00&filterby=x")
            self._open(path, method="HEAD")
            self._open(path, method="PUT")
        path = self._get_paths(rule)[0]
        if is_json:
            for body in BODIES:
                self._open(path, data=body, headers={"Content-Type": "application/json"})
            return
        for text in TEXTS:
            self._open(path, data={"csrf_token": "wrong", **dict.fromkeys(NAMES, text)})
