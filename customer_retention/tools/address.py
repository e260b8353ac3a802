"""How to call somebody by name where nobody wrote down how."""


def first_name(name):
    """Return the first name in the name of a person, or "" where there is none to be seen.

    "Edwin Hansen" and "Hansen, Edwin" give "Edwin". A title or an initial says that the first
    word is not what people are called ("Dr. Hansen"): then the whole name comes back. An e-mail
    address is no name.
    """
    name = " ".join((name or "").split())
    if not name or "@" in name:
        return ""
    family, comma, given = name.partition(",")
    if comma and given.strip():
        name = given.strip()
    first = name.split()[0].strip(",")
    return name if first.endswith(".") or len(first) == 1 else first
