"""What people type into a form about themselves, read into values or refused with a reason."""

import re
from datetime import date


class InputError(ValueError):
    """What somebody typed cannot be taken; ``code`` says why."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def read_birthday(day, month, year, today, unknown_year):
    """Return the date of birth typed as three texts, or None where all are empty.

    :param unknown_year: stands for a year left empty; a leap year, so that 29 February is a day
    :raise InputError: ``incomplete``, ``no_day`` (31 April), ``future``, ``too_old`` (before 1900)
    """
    day, month, year = (str(each or "").strip() for each in (day, month, year))
    if not (day or month or year):
        return None
    if not (day and month):
        raise InputError("incomplete")
    try:
        born = date(int(year) if year else unknown_year, int(month), int(day))
    except (ValueError, OverflowError) as error:
        raise InputError("no_day") from error
    if born > today:
        raise InputError("future")
    if born.year < 1900:
        raise InputError("too_old")
    return born


def read_text(text, longest):
    """Return the text without blanks around it, line ends as one character.

    :raise InputError: ``too_long``
    """
    text = str(text or "").replace("\r\n", "\n").strip()
    if len(text) > longest:
        raise InputError("too_long")
    return text


def read_phone(text):
    """Return a phone number as typed; it needs six digits or more and nothing but signs around.

    :raise InputError: ``no_phone``
    """
    text = read_text(text, 40)
    if text and (len(re.sub(r"\D", "", text)) < 6 or not re.fullmatch(r"[0-9()+./ x-]+", text)):
        raise InputError("no_phone")
    return text


def read_email(text):
    """Return an e-mail address as typed.

    :raise InputError: ``no_email``
    """
    text = read_text(text, 200)
    if text and not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", text):
        raise InputError("no_email")
    return text


def read_number(text):
    """Return the positive whole number in a text, or None."""
    text = str(text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
