"""Abbreviations: titles, streets, companies, Latin, and those that only stand before a number."""

import re

from tts_align.text.reading.letter_names import spell
from tts_align.text.reading.number_words import digits
from tts_align.text.reading.rule import Rule, after, before, rule
from tts_align.text.reading.sentence_end import period

_TITLES = {
    "Mr": "Mister", "Mrs": "Missis", "Ms": "Ms", "Messrs": "Messieurs", "Mme": "Madame", "Mlle": "Mademoiselle",
    "Prof": "Professor", "Rev": "Reverend", "Hon": "Honorable", "Capt": "Captain", "Cpt": "Captain",
    "Lt": "Lieutenant", "Col": "Colonel", "Gen": "General", "Maj": "Major", "Sgt": "Sergeant", "Cpl": "Corporal",
    "Pvt": "Private", "Adm": "Admiral", "Cmdr": "Commander", "Gov": "Governor", "Sen": "Senator",
    "Rep": "Representative", "Pres": "President", "Supt": "Superintendent", "Insp": "Inspector", "Det": "Detective",
    "Mt": "Mount", "Ft": "Fort", "Fr": "Father", "Sr": "Sister", "Br": "Brother",
}  # fmt: skip
_WITHOUT_PERIOD = ("Mr", "Mrs", "Ms", "Messrs", "Prof", "Capt", "Lt", "Sgt", "Mme", "Mlle", "Mt")
_ALWAYS = {  # with their period
    "Mr": "Mister", "Mrs": "Missis", "Messrs": "Messieurs", "Ave": "Avenue", "Blvd": "Boulevard", "Rd": "Road",
    "Ln": "Lane", "Sq": "Square", "Hwy": "Highway", "Bldg": "Building", "Jr": "Junior", "Sr": "Senior",
    "Esq": "Esquire", "Bros": "Brothers", "Inc": "Incorporated", "Ltd": "Limited", "Corp": "Corporation",
    "Co": "Company", "Dept": "Department", "Univ": "University", "Assn": "Association", "Govt": "Government",
    "etc": "et cetera", "vs": "versus", "viz": "namely", "cf": "compare", "approx": "approximately",
    "dept": "department", "govt": "government", "incl": "including", "excl": "excluding", "misc": "miscellaneous",
    "ibid": "in the same place", "resp": "respectively", "ca": "circa", "est": "established", "avg": "average",
    "temp": "temperature", "tel": "telephone", "Tel": "Telephone", "apt": "apartment", "Apt": "Apartment",
    "Approx": "Approximately", "assoc": "associated", "esp": "especially", "vol": "volume", "vols": "volumes",
    "pp": "pages", "ext": "extension", "Ext": "Extension", "Vols": "Volumes", "Incl": "Including",
}  # fmt: skip
_BEFORE_NUMBER = {
    "no": "number", "nos": "numbers", "p": "page", "pp": "pages", "pg": "page", "vol": "volume", "vols": "volumes",
    "ch": "chapter", "chap": "chapter", "sec": "section", "sect": "section", "fig": "figure", "figs": "figures",
    "l": "line", "ll": "lines", "par": "paragraph", "art": "article", "app": "appendix", "eq": "equation",
    "ex": "exercise", "tab": "table", "pt": "part", "bk": "book", "rm": "room", "op": "opus", "ed": "edition",
    "b": "born", "d": "died", "c": "circa", "ca": "circa", "r": "reigned", "fl": "flourished", "max": "maximum",
    "min": "minimum", "est": "established", "approx": "approximately", "v": "version", "ver": "version",
    "ext": "extension", "apt": "apartment", "n": "note", "st": "stanza", "col": "column", "verse": "verse",
    "nr": "number", "tel": "telephone", "lib": "book", "lot": "lot", "eqs": "equations", "pgs": "pages",
    "para": "paragraph", "paras": "paragraphs",
}  # fmt: skip
_DOTTED = {
    "i.e.": "that is", "e.g.": "for example", "a.m.": "ay M", "p.m.": "P M",
    "a.k.a.": "also known as", "n.b.": "note well", "N.B.": "note well", "w.r.t.": "with respect to",
    "P.S.": "P S", "p.s.": "P S", "Ph.D.": "P H D",
    "M.Sc.": "M S C", "B.Sc.": "B S C", "D.Phil.": "D Phil",
    "sq. ft.": "square feet", "a. m.": "ay M", "p. m.": "P M", "i. e.": "that is",
    "e. g.": "for example", "e.g": "for example", "i.e": "that is",
    "op. cit.": "in the work cited", "q.v.": "which see",
}  # fmt: skip
_SLASHED = {
    "c/o": "care of", "w/o": "without", "w/": "with", "n/a": "not applicable", "N/A": "not applicable",
    "and/or": "and or", "And/or": "And or", "a/c": "account", "b/w": "black and white", "km/h": "kilometers per hour",
    "m/s": "meters per second", "s/he": "she or he", "b/c": "because",
}  # fmt: skip
_STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DC": "D C", "DE": "Delaware", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii",
    "IA": "Iowa", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "MA": "Massachusetts", "MD": "Maryland", "ME": "Maine", "MI": "Michigan", "MN": "Minnesota",
    "MO": "Missouri", "MS": "Mississippi", "MT": "Montana", "NC": "North Carolina", "ND": "North Dakota",
    "NE": "Nebraska", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NV": "Nevada",
    "NY": "New York", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VA": "Virginia",
    "VT": "Vermont", "WA": "Washington", "WI": "Wisconsin", "WV": "West Virginia", "WY": "Wyoming",
}  # fmt: skip
_WITHOUT = {  # any period
    "eg": "for example", "ie": "that is", "vs": "versus", "etc": "et cetera", "aka": "also known as",
}  # fmt: skip
_WITHOUT_BEFORE_NUMBER = r"pp|figs?|vols?|ch|chap|eqs?|nos|nr|pgs|paras?|approx|ca"
_BEFORE_BRACKET = ("eq", "eqs", "fig", "figs")  # Eq. (3)
_NO_WORDS = ("vol", "vols", "ch", "chap", "fig", "figs", "pt", "bk")  # all others may end a sentence before `I`
_I_AFTER = re.compile(r"\sI\b")
_TABLES = (_TITLES, _ALWAYS, _BEFORE_NUMBER, _DOTTED, _SLASHED, _WITHOUT, _STATES)
WORDS: tuple[str, ...] = tuple(words for table in _TABLES for words in table.values())
_ADDRESS_BEFORE = re.compile(r"(?:[0-9][\w-]*\s(?:[A-Z][\w'-]*\.?\s){1,3}|[A-Z][\w'-]*\s)$")
_NUMBERED_BEFORE = re.compile(r"[0-9](?:st|nd|rd|th)\s$|[0-9][\w-]*\s(?:[A-Z][\w'-]*\.?\s){1,3}$")
_NAME_BEFORE = re.compile(r"\b[A-Z][\w'-]*,?\s$")
_NAME_AFTER = re.compile(r"\s[A-Z]")


def _one_of(words: dict[str, str] | tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _written_out(words: str, match: re.Match[str]) -> str:
    return words + period(match.string, match.end())


def _say_dotted(match: re.Match[str]) -> str:
    return _written_out(_DOTTED[re.sub(r"\s+", " ", match[0])], match)


def _say_before_number(match: re.Match[str]) -> str | None:
    if len(match["short"]) == 1 and match["short"].isupper():  # an initial
        return None
    if match["short"].lower() not in _NO_WORDS and _I_AFTER.match(match.string, match.end()):
        return None
    if after(match, 2) == " (" and match["short"].lower() not in _BEFORE_BRACKET:
        return None
    words = _BEFORE_NUMBER[match["short"].lower()]
    return words.capitalize() if match["short"][0].isupper() else words


def _say_title(match: re.Match[str]) -> str | None:
    """A title before a name; `Sr.` behind one is no sister."""
    if match["short"] == "Sr" and _NAME_BEFORE.search(before(match, 30)):
        return None
    return _TITLES[match["short"]]


def _say_saint_or_street(match: re.Match[str]) -> str | None:
    """St. and Dr.: before a name a saint and a doctor, behind one a street and a drive."""
    words_before = before(match, 60)
    comes_name = _NAME_AFTER.match(match.string, match.end())
    is_street = _NUMBERED_BEFORE.search(words_before) or (not comes_name and _ADDRESS_BEFORE.search(words_before))
    if not is_street and not comes_name and "." not in match[0]:
        return None
    words = {"St": ("Saint", "Street"), "Dr": ("Doctor", "Drive"), "Ct": ("Court", "Court"), "Pl": ("Place", "Place")}
    if is_street:
        return _written_out(words[match["short"]][1], match)
    return words[match["short"]][0]


def _say_state(match: re.Match[str]) -> str:
    return f"{_STATES[match['state']]} {digits(match['zip'])}"


def _say_initials(match: re.Match[str]) -> str:
    letters = re.sub(r"[^A-Za-z]", "", match[0])
    return spell(letters) + period(match.string, match.end())


def _say_many_initials(match: re.Match[str]) -> str:
    return spell(re.sub(r"[^A-Za-z]", "", match[0].rstrip("s"))) + "'s"


def _say_initial(match: re.Match[str]) -> str | None:
    """A single initial loses its period, unless it ends the sentence (`It was I. He left.`)."""
    if period(match.string, match.end()):
        return None
    return spell(match[0][0])


_COMMON: tuple[Rule, ...] = (
    rule("abbreviation", "(?:" + _one_of(tuple(_DOTTED)).replace(r"\ ", r"\s") + r")(?!\w)", _say_dotted),
    rule("abbreviation", rf"(?P<short>{_one_of(tuple(_SLASHED))})(?![\w/])", lambda match: _SLASHED[match["short"]]),
    rule(
        "abbreviation",
        rf"(?P<short>(?i:{_one_of(_BEFORE_NUMBER)}))\.(?=\s?[-~<>+]?[$£€\#]?\.?\d|\s[IVXLC]+\b(?!')|\s\(\d)",
        _say_before_number,
    ),
    rule("abbreviation", rf"(?P<short>(?i:{_WITHOUT_BEFORE_NUMBER}))(?=\s\d)", _say_before_number),
    rule(
        "abbreviation", rf"(?P<short>{_one_of(_ALWAYS)})\.", lambda match: _written_out(_ALWAYS[match["short"]], match)
    ),
)
LOWER_RULES: tuple[Rule, ...] = (
    *_COMMON,
    rule(
        "abbreviation",
        rf"(?P<short>{_one_of(_WITHOUT)})(?:(?<=eg)\.|(?<=ie)\.)?(?![\w'.-])",
        lambda match: _WITHOUT[match["short"]],
    ),
    rule("version", r"v(?=\d+(?:\.\d+)+\b|[1-5]\b)", lambda match: "version"),
    rule("circa", r"c(?=1\d{3}\b)", lambda match: "circa"),
    rule("century", r"(?<=(?:st|nd|rd|th)\s)c\.", lambda match: _written_out("century", match)),
    rule("abbreviation", r"(?:(?<=et\s)al|(?<=ad\s)lib)\.", lambda match: _written_out(match[0][:-1], match)),
    rule("initials", r"(?:[a-z]\.){2,10}(?!\w)", _say_initials),
)
UPPER_RULES: tuple[Rule, ...] = (
    rule("saint or street", r"(?P<short>St|Dr|Ct|Pl)\b\.?(?!')", _say_saint_or_street),
    rule("title", rf"(?P<short>{_one_of(_TITLES)})\.(?=\s[A-Z])", _say_title),
    rule("title", rf"(?P<short>{_one_of(_WITHOUT_PERIOD)})(?=\s[A-Z])", lambda match: _TITLES[match["short"]]),
    *_COMMON,
    rule("number", r"(?<=[a-z]\s)No(?=\s\d)|N[º°](?=\s?\d)", lambda match: "number"),
    rule("version", r"V(?=\d+\.\d+\b)", lambda match: "version"),
    rule("state", rf"(?P<state>{_one_of(_STATES)})\s(?P<zip>\d{{5}})\b(?!,\d)", _say_state),
    rule("initials", r"(?:(?:[A-Z]\.){2,10}|Ph\.D\.)'?s\b", _say_many_initials),
    rule("initials", r"(?:[A-Z]\.){2,10}(?!\w)", _say_initials),
    rule("initial", r"[A-Z]\.(?=\s?[A-Z])", _say_initial),
)
