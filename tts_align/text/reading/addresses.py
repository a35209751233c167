"""E-mail addresses, web addresses, domains and file names."""

import re

from tts_align.text.lexicon import load_lexicon
from tts_align.text.reading.letter_names import spell
from tts_align.text.reading.number_words import cardinal, digits
from tts_align.text.reading.rule import Rule, rule

SYMBOLS = {
    ".": "dot", "@": "at", "/": "slash", "-": "dash", "_": "underscore", "?": "question mark", "=": "equals",
    "&": "and", "#": "hash", "+": "plus", "%": "percent", ":": "colon", "~": "tilde", "!": "exclamation mark",
    ",": "comma", ";": "semi-colon", "$": "dollar", "*": "star", "'": "apostrophe", "(": "open bracket",
    ")": "close bracket",
}  # fmt: skip
_PART = re.compile(r"[A-Za-z]+|[0-9]+|.", re.ASCII | re.DOTALL)
_DOMAINS = "com|org|net|edu|gov|mil|info|io|co|uk|de|fr|eu|us|ca|au|nz|ai|dev|app|tv|me"
_ENDINGS = (
    "txt|pdf|html?|md|csv|json|xml|py|js|wav|mp3|mp4|ogg|flac|jpe?g|png|gif|svg|zip|gz|tar|exe|docx?|xlsx?|pptx?|toml|"
    "yaml|yml|ini|cfg|npz|npy|pt|log|sh|cpp|rs|java"
)
_IN_ADDRESS = r"[^\s<>\"]{0,500}[^\s<>\".,;:!?)\]']"


def _say(match: re.Match[str]) -> str | None:
    words = []
    for part in _PART.findall(match[0]):
        if part.isascii() and part.isalpha():
            words.append(_word(part))
        elif part.isascii() and part.isdigit():
            words.append(cardinal(int(part)) if len(part) < 3 and part[0] != "0" else digits(part))
        elif part in SYMBOLS:
            words.append(SYMBOLS[part])
        else:
            return None
    return " ".join(words)


def _word(part: str) -> str:
    """A word stays a word; what cannot be one is spelled."""
    known = load_lexicon("cmudict").phones(part.lower()) is not None
    has_vowel = bool(set(part.lower()) & set("aeiouy"))
    is_short = len(part) <= 2 and part.lower() not in (
        "co",
        "me",
        "my",
        "go",
        "we",
        "is",
        "at",
        "to",
        "in",
        "on",
        "no",
        "de",
    )
    if is_short or not has_vowel or (not known and len(part) <= 3):
        return spell(part)
    return part


RULES: tuple[Rule, ...] = (
    rule("e-mail", r"[A-Za-z0-9][\w.+-]{0,99}@[A-Za-z0-9-]{1,99}(?:\.[A-Za-z0-9-]{1,99}){1,9}", _say),
    rule("address", rf"(?:(?:[Hh]ttps?|ftp|HTTPS?)://|[Ww]ww\.|WWW\.){_IN_ADDRESS}", _say),
    rule(
        "address",
        rf"[A-Za-z0-9-]{{1,99}}(?:\.[A-Za-z0-9-]{{1,99}}){{0,9}}\.(?:{_DOMAINS})(?:/{_IN_ADDRESS})?/?(?![\w-]|\.\w)",
        _say,
    ),
    rule("file name", rf"[A-Za-z0-9][\w-]{{0,99}}(?:\.[\w-]{{1,20}}){{0,3}}\.(?:{_ENDINGS})(?![\w-])", _say),
)
SYMBOL_RULES: tuple[Rule, ...] = (rule("ending", r"(?<![^\s(\"'])\.(?:[a-z]{2,12}|[A-Z]{2,5})\b", _say),)
