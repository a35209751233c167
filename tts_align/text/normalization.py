"""Text as typed to text as modelled: case, quotes, dashes and white space, nothing that changes a word."""

import re
import unicodedata

_PLAIN = str.maketrans(
    {
        "‘": "'", "’": "'", "‛": "'", "ʼ": "'", "`": "'", "´": "'",
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "−": "-",
        "…": "...",
        "\u00ad": None, "\u200b": None, "\u200c": None, "\u200d": None, "\u2060": None, "\ufeff": None,
    }
)  # fmt: skip


def normalize(text: str) -> str:
    """The text in the form that a model reads: composed, lower case, plain quotes and dashes, single spaces.

    Invisible characters (soft hyphen, zero-width space, byte order mark) go; every visible character stays or
    becomes its plain form, so that what cannot be read is still there to be reported. Numbers are not expanded.

    Args:
        text: any text.

    Returns:
        The normalized text, without white space at its ends.

    Example:
        >>> normalize("  “Don’t—stop!”\\n she  said…")
        '"don\\'t-stop!" she said...'
    """
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN).lower()
    return re.sub(r"\s+", " ", plain).strip()
