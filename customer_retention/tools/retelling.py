"""Names and addresses in texts that stand somewhere else."""

import re


def retell(text, words):
    """Return ``text`` with words replaced wherever they stand by themselves, in capitals or not.

    Of words that begin alike the longest counts, and what was put in is not replaced again: with
    ``{"Ann": "…", "Ann Lee": "Bea"}`` "Call Ann Lee's Annex, not Ann" becomes "Call Bea's Annex,
    not …".

    :param words: ``{word or words: what stands there instead}``
    """
    found = {" ".join(old.split()).casefold(): new for old, new in words.items() if old.strip()}
    if not text or not found:
        return text
    choices = "|".join(re.escape(old) for old in sorted(found, key=len, reverse=True))
    return re.sub(
        rf"(?<!\w)(?:{choices})(?!\w)",
        lambda match: found.get(match[0].casefold(), match[0]),
        text,
        flags=re.IGNORECASE,
    )
