from markupsafe import Markup

from odoo import api, models

from ...tools import profile_input
from .res_partner import SENSITIVE_FIELDS, UNKNOWN_YEAR
from .retention_profile_field import PORTAL_FIELDS

LONGEST = {"preferred_name": 60, "function": 100, "preferences": 2000, "do_not_contact_reason": 200}
# The ways to be contacted that a customer allows or refuses on the own page.
CHANNELS = ("email", "phone", "post")


class ResPartner(models.Model):
    """What customers see and correct on their own profile page (file of its own for size).

    All methods are for the contact of the user who is signed in, as superuser: they check
    themselves what the business shows, and touch nothing else.
    """

    _name = "res.partner"
    _inherit = ["res.partner", "retention.customer.text.mixin"]

    _customer_texts = tuple(LONGEST)

    def _get_portal_profile(self, typed=None):
        """Return what the page shows, as plain values, with what was ``typed`` instead of what is.

        ``fields``: one dictionary per field shown, with ``name``, ``label``, ``kind``, ``value``,
        ``options``, ``is_writable`` and ``answered``; how many of those that can be written,
        the priority among them, are ``answered`` of how many ``asked``; ``priority``, ``priorities``; ``do_not_contact`` and its
        ``reason``; ``channels``.
        """
        self.ensure_one()
        lines = self.env["retention.profile.field"]._get_profile_fields()
        hidden = self._get_hidden_profile_fields()
        shown = [
            self._prepare_portal_field(name, access == "write", typed)
            for name, _weight, applies_to, access in lines
            if access != "hidden"
            and name in PORTAL_FIELDS
            and name not in hidden
            and self._is_portal_field_for(applies_to)
        ]
        priority = self.commercial_partner_id.priority_id.id
        reason = self.do_not_contact_reason or ""
        unwilling = self.do_not_contact
        allowed = {channel: self._is_channel_open(channel) for channel in CHANNELS}
        if typed is not None:
            priority = profile_input.read_number(typed.get("priority_id"))
            reason = typed.get("do_not_contact_reason") or ""
            unwilling = bool(typed.get("do_not_contact"))
            allowed = {channel: bool(typed.get(f"channel_{channel}")) for channel in CHANNELS}
        answers = [*(each["answered"] for each in shown if each["is_writable"]), bool(priority)]
        return {
            "fields": shown,
            "answered": sum(answers),
            "asked": len(answers),
            "priority": priority,
            "priorities": self.env["retention.priority"].search([]),
            "do_not_contact": unwilling,
            "do_not_contact_reason": reason,
            "channels": allowed,
        }

    def _is_portal_field_for(self, applies_to):
        if applies_to == "customer":
            return self == self.commercial_partner_id
        return applies_to == "all" or (applies_to == "company") == self.is_company

    def _is_channel_open(self, channel):
        return not self._filter_refusing(channel)

    def _prepare_portal_field(self, name, is_writable, typed):
        field = self._fields[name]
        info = self.fields_get([name], ["string", "selection"])[name]
        value = self[name]
        if name == "birthday":
            value = {
                "day": value and str(value.day) or "",
                "month": value and str(value.month) or "",
                "year": value and value.year != UNKNOWN_YEAR and str(value.year) or "",
            }
        elif field.type == "many2many":
            value = value.ids
        if typed is not None and is_writable:
            value = self._get_typed(name, typed)
        options = info.get("selection") or []
        if name == "interest_ids":
            options = [(each.id, each.name) for each in self.env["retention.interest"].search([])]
        kinds = {"birthday": "birthday", "interest_ids": "tags", "email": "email", "phone": "tel"}
        return {
            "name": name,
            "label": info["string"],
            "kind": kinds.get(name, field.type),
            "value": value or "",
            "options": options,
            "is_writable": is_writable,
            "answered": any(value.values()) if name == "birthday" else bool(value),
            "longest": LONGEST.get(name),
        }

    @api.model
    def _get_typed(self, name, typed):
        if name == "birthday":
            return {part: typed.get(f"birthday_{part}") or "" for part in ("day", "month", "year")}
        if name == "interest_ids":
            numbers = (profile_input.read_number(each) for each in typed.get(name) or [])
            return [number for number in numbers if number]
        return typed.get(name) or ""

    # ------------------------------------------------------------------
    # Reading what was typed
    # ------------------------------------------------------------------

    def _read_portal_profile(self, form, typed):
        """Return ``(values, errors)`` of what was typed: values to write, and a sentence per field
        that says what to change. Fields that may not be corrected are passed over."""
        values, errors = {}, {}
        for field in form["fields"]:
            # A form drawn before the setting changed may lack a field: then it stays as it is.
            is_typed = field["name"] in typed or f"{field['name']}_day" in typed
            if not field["is_writable"] or not is_typed:
                continue
            try:
                values[field["name"]] = self._read_portal_field(field, typed)
            except profile_input.InputError as error:
                errors[field["name"]] = self._get_input_message(error.code, field)
        priority = profile_input.read_number(typed.get("priority_id"))
        if priority and priority not in form["priorities"].ids:
            errors["priority_id"] = self.env._("Choose one of the answers.")
        values["priority_id"] = priority
        values["do_not_contact"] = bool(typed.get("do_not_contact"))
        values["channels"] = {each: bool(typed.get(f"channel_{each}")) for each in CHANNELS}
        try:
            values["do_not_contact_reason"] = profile_input.read_text(
                typed.get("do_not_contact_reason"), LONGEST["do_not_contact_reason"]
            )
        except profile_input.InputError as error:
            errors["do_not_contact_reason"] = self._get_input_message(error.code, {})
        return values, errors

    def _read_portal_field(self, field, typed):
        name, kind = field["name"], field["kind"]
        if kind == "birthday":
            parts = self._get_typed(name, typed)
            today = self.env.company._get_retention_today()
            return profile_input.read_birthday(**parts, today=today, unknown_year=UNKNOWN_YEAR)
        if kind in ("selection", "tags"):
            value = self._get_typed(name, typed)
            known = {option[0] for option in field["options"]}
            if not set(value if kind == "tags" else [value] if value else []) <= known:
                raise profile_input.InputError("not_offered")
            return value
        if kind == "tel":
            return profile_input.read_phone(typed.get(name))
        if kind == "email":
            return profile_input.read_email(typed.get(name))
        text = profile_input.read_text(typed.get(name), LONGEST[name])
        if name == "preferred_name" and "@" in text:
            raise profile_input.InputError("no_name")
        return text

    def _get_input_message(self, code, field):
        messages = {
            "incomplete": self.env._("Please give day and month; the year can stay empty."),
            "no_day": self.env._("There is no such day. Please check day, month and year."),
            "future": self.env._("This day is still to come. Please check the year."),
            "too_old": self.env._("Please check the year, or leave it empty."),
            "too_long": self.env._("This is too long. Please shorten it."),
            "no_phone": self.env._(
                "Please write the phone number with digits, e.g. +1 555 123 456."
            ),
            "no_email": self.env._("Please write the address like name@example.com."),
            "no_name": self.env._("Please write a name; an e-mail address does not fit here."),
            "not_offered": self.env._("Choose one of the answers."),
        }
        return messages[code]

    # ------------------------------------------------------------------
    # Writing, and telling the salesperson
    # ------------------------------------------------------------------

    def _write_portal_profile(self, form, values):
        """Write what differs and note every change in the chatter, for the salesperson.

        The note is in the salesperson's language; of sensitive fields it says only that they
        changed. Saying the priority again counts as an answer of today. The priority belongs to
        the customer, so to the company of a contact.
        """
        self.ensure_one()
        seller = self.user_id or self.commercial_partner_id.user_id
        reader = seller.lang or self.env.company.partner_id.lang or self.env.lang
        partner = self.with_context(lang=reader)
        kinds = {field["name"]: field["kind"] for field in form["fields"]}
        changes = {}
        for name in kinds.keys() & values.keys():
            value = values[name]
            if kinds[name] == "tags":
                if set(self[name].ids) != set(value):
                    changes[name] = [(6, 0, value)]
            elif (self[name] or "") != (value or ""):
                changes[name] = value or False
        names = [name for name in kinds if name in changes]
        labels = partner.fields_get(names, ["string"]) if names else {}
        before = {name: partner._get_portal_words(name) for name in names}
        partner.write(changes)
        lines = [
            (labels[name]["string"], "", "")
            if name in SENSITIVE_FIELDS
            else (labels[name]["string"], before[name], partner._get_portal_words(name))
            for name in names
        ]
        lines += partner._write_portal_wishes(values)
        partner._log_portal_changes(lines)
        partner._write_portal_priority(values["priority_id"])

    def _write_portal_wishes(self, values):
        lines = []
        label = self.fields_get(["do_not_contact"], ["string"])["do_not_contact"]["string"]
        yes, no = self.env._("yes"), self.env._("no")
        reason = values["do_not_contact_reason"]
        if values["do_not_contact"]:
            if not self.do_not_contact or (self.do_not_contact_reason or "") != reason:
                lines.append((label, yes if self.do_not_contact else no, f"{yes} {reason}".strip()))
                self.write(
                    {
                        "do_not_contact": True,
                        "do_not_contact_date": self.do_not_contact_date,
                        "do_not_contact_reason": reason,
                    }
                )
            return lines
        if self.do_not_contact:
            self.write({"do_not_contact": False})
            lines.append((label, yes, no))
        for channel, is_open in values["channels"].items():
            if self._is_channel_open(channel) != is_open and self._set_channel(channel, is_open):
                words = {
                    "email": self.env._("E-mail"),
                    "phone": self.env._("Phone"),
                    "post": self.env._("Letters"),
                }
                lines.append((words[channel], *((no, yes) if is_open else (yes, no))))
        return lines

    def _set_channel(self, channel, is_open):
        """Open or close a channel for this contact; return whether there was an address to do it to."""
        if channel == "post":
            self.no_post = not is_open
            return True
        addresses = self._get_emails() if channel == "email" else [self.phone_sanitized]
        if not any(addresses):
            return False
        model = {"email": "mail.blacklist", "phone": "phone.blacklist"}[channel]
        Blacklist = self.env[model].sudo()
        method = Blacklist._remove if is_open else Blacklist._add
        for address in addresses:
            method(address if channel == "email" else [address])
        self.invalidate_recordset(["is_blacklisted", "phone_blacklisted"])
        return True

    def _write_portal_priority(self, priority_id):
        if not priority_id:
            return
        customer = self.commercial_partner_id
        before = customer.priority_id
        customer.write({"priority_id": priority_id})
        if customer.priority_id != before:
            label = self.fields_get(["priority_id"], ["string"])["priority_id"]["string"]
            customer._log_portal_changes(
                [(label, before.name or "", customer.priority_id.name or "")], author=self
            )

    def _get_portal_words(self, name):
        """Return the value of a field in words, in the reader's language."""
        value = self[name]
        field = self._fields[name]
        if name == "birthday" and value:
            return value.strftime("%m-%d") if value.year == UNKNOWN_YEAR else str(value)
        if field.type == "many2many":
            return ", ".join(value.mapped("name"))
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        return value or ""

    def _log_portal_changes(self, lines, author=None):
        """Note changes ``[(label, before, after)]`` made on the portal, as words of the customer."""
        if not lines:
            return
        items = Markup().join(
            Markup("<li>%s</li>") % label
            if not (before or after)
            else Markup("<li>%s: %s → <b>%s</b></li>") % (label, before or "–", after or "–")
            for label, before, after in lines
        )
        title = self.env._("Changed on the customer's own page:")
        self.message_post(
            body=Markup("<p>%s</p><ul>%s</ul>") % (title, items),
            author_id=(author or self).id,
            subtype_xmlid="mail.mt_note",
        )
