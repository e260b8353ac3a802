"""How to call somebody by name where nobody wrote down how."""

# Odoo has no titles of contacts any more: they stand in the name. By language, in the order of
# en, de, fr, es and pt, it, nl, el, et and is, hy; some serve several. One too many costs little:
# the whole name comes back, which is never wrong.
TITLES = frozenset(
    """
    mr mrs ms miss mx sir madam lord lady dame rev father capt captain hon
    herr frau fräulein hr fr dr prof professor professorin dipl mag
    m mm mme mlle monsieur madame mademoiselle me maître
    sr sra srta señor señora señorita don doña senhor senhora dra
    sig sigra signor signora signorina dott dottore dottoressa ing avv arch geom
    dhr mevr meneer mevrouw drs ir mw
    κ κος κα κύριος κυρία δρ
    härra proua hr pr hra frú herra
    պրն տկն տիար տիկին պարոն
    """.casefold().split()
)
PARTICLES = frozenset(
    """
    de del della dello der den dem des di da das do dos du la las le les lo los
    van von vom zu zum zur af av ten ter te el bin ibn san santa saint st
    """.casefold().split()
)
SUFFIXES = frozenset(["jr", "sr", "jun", "sen", "ii", "iii", "iv", "phd", "md", "esq", "mba"])
COMPANIES = frozenset(
    """
    llc ltd limited inc incorporated corp corporation co company plc llp lp pty
    gmbh ag kg ohg gbr ug ek ev kgaa se
    sa sas sarl eurl sci snc scop
    sl slu slne ltda eireli lda
    srl spa sapa
    bv nv vof cv
    αε εε οε επε ικε
    oü as mtü oy oyj ab aps ehf hf sf
    սպը փբը բբը
    """.casefold().split()
)


def first_name(name):
    """Return the first name in the name of a person, or "" where there is none to be seen.

    "Edwin Hansen" and "Hansen, Edwin" give "Edwin". A title, a particle or an initial says that the
    first word is not what people are called ("Dr Hansen", "de Vries"), and "LLC" that it is no
    person: then the whole name comes back. An e-mail address is no name.
    """
    name = " ".join((name or "").split())
    if not name or "@" in name:
        return ""
    if _is_company(name):
        return name
    family, _comma, given = (part.strip() for part in name.partition(","))
    if given and _bare(given) in SUFFIXES:
        name = family
    elif given:
        name = f"{given} {family}"
    first = name.split()[0].strip(",")
    is_first_name = len(first) > 1 and not first.endswith(".")
    return first if is_first_name and _bare(first) not in TITLES | PARTICLES else name


def _bare(word):
    return word.replace(".", "").casefold()


def _is_company(name):
    words = [_bare(word) for word in name.replace(",", " ").replace("/", "").split()]
    return "&" in words or (len(words) > 1 and words[-1] in COMPANIES)
