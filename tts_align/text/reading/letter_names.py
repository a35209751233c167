"""Letters that are said by their names."""

from tts_align.text.lexicon import load_lexicon

# said by letters though the same letters make a word, or a dictionary says otherwise
_LETTERS = """AD AI AM BC CD CE CPU DC DIY EST ET EU FM GDP GPS HIV HR ID IP IQ IT LA MA MD ME MS OR OT PA PC PE PI PM
PR PS QA TV UFO UK UN US USA VAT VIP WC"""
_WORDS = "AIDS ASCII CERN COVID GIF JPEG LASER NASA NATO OPEC RADAR SCUBA UNESCO UNICEF YOLO"
WORDS_THAT_ARE_NOT = frozenset(_LETTERS.split())
SAID_AS_WORDS = frozenset(_WORDS.split())
_VOWELS = set("AEIOUY")


def spell(letters: str) -> str:
    """The names of letters; `ay` is that of A, which would else be the article.

    Example:
        >>> spell("FBI"), spell("usa")
        ('F B I', 'U S ay')
    """
    return " ".join("ay" if letter in "Aa" else letter.upper() for letter in letters)


def is_spelled(word: str) -> bool:
    """Says whether a word in capitals is said letter by letter: what is no word of the dictionary, or only as letters.

    Example:
        >>> [is_spelled(word) for word in ("FBI", "NASA", "STOP", "XQZ", "IT")]
        [True, False, False, True, True]
    """
    if word in WORDS_THAT_ARE_NOT:
        return True
    if word in SAID_AS_WORDS:
        return False
    lexicon = load_lexicon("cmudict")
    phones = lexicon.phones(word.lower())
    if phones is None:
        return len(word) <= 5 or not _VOWELS & set(word)
    names = [phone for letter in word.lower() for phone in lexicon.phones(letter if letter != "a" else "ay") or ()]
    return [phone.rstrip("012") for phone in phones] == [name.rstrip("012") for name in names]
