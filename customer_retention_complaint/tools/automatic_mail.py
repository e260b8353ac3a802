"""Mails that no person wrote: what their headers say.

Sources: RFC 3834 (``Auto-Submitted``, the empty ``Return-Path``); Microsoft's MS-OXCMAIL
(``X-MS-Exchange-*``); what Gmail's vacation responder, autoresponders of hosting panels and Odoo
itself send.
"""

PRECEDENCE = ("auto_reply", "bulk", "junk")
# Headers that only automatic answers have, whatever they say.
MARKS = (
    "X-Autoreply",
    "X-Auto-Reply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Autoresponse",
    "X-Failed-Recipients",
    "X-MS-Exchange-Inbox-Rules-Loop",
)


def is_automatic(headers):
    """Return whether nobody wrote this mail: out of office, automatic answer, bounce, bulk.

    ``Precedence: list`` is none of them: a shared mailbox that is a mailing list adds it to what
    customers write.

    :param headers: a mapping that ignores case, such as a message of Python's ``email``

    >>> is_automatic({"Auto-Submitted": "auto-replied"}), is_automatic({"Auto-Submitted": "no"})
    (True, False)
    >>> is_automatic({"Precedence": "bulk"}), is_automatic({"Precedence": "list"})
    (True, False)
    """
    submitted = _read(headers, "Auto-Submitted").split(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if _read(headers, "Precedence") in PRECEDENCE:
        return True
    if _read(headers, "Return-Path") == "<>":
        return True
    return any(headers.get(name) is not None for name in MARKS)


def _read(headers, name):
    return str(headers.get(name) or "").strip().lower()
