"""The words that prompts are made of: the frequent words of English, without names, abbreviations and bad language."""

import importlib
import re

from tts_align.errors import CorpusError

N_RANKS = 4200  # how far down the list of frequent words to go

# Up to three letters most entries are abbreviations and names, so these are named.
_SHORT_TEXT = """
act add age ago aid aim air all any app arm art ask ate bad bag bar bay bed bet big bit bit box boy bus but buy bye
can cap car cat cow cry cup cut dad day did die dog dry due ear eat egg end eye fan far fed fee few fit fix fly fox
fun gap gas get got gun guy gym had hat her hey him hip his hit hot ice ill its job joy key kid kit lab law lay led
leg let lie log lot low mad man map may men met mix mom net new nor not now odd off oil old one our out own pan pay
pen pet pot pub put ran raw red rid row run sad sat saw say sea see set she sir sit six sky son sum sun tax tea ten
tie tip too top try two use van via war was way web wet who why win won yes yet you
"""

_LEFT_OUT_TEXT = """
aaron abuse abused adam africa african alan alex alexander alien allen america american americans anderson andrew
android andy angeles anna anne anthony arab april arizona arthur asia asian asshole atlanta atlantic austin australia
australian august berlin bible bill billy bitch bitches boston brazil brian britain british bruce bullshit bush
california cambridge canada canadian cancer cant carolina carter catholic charles charlie chelsea chicago china
chinese chris christ christian christians christmas clark clinton cocaine columbia colorado communist crap dallas damn
daniel dave david davis december democrats denied detroit dick diego disney donald dont drug drugs drunk dude dumb
dutch edward egypt elizabeth england english eric etc europe european evil facebook february florida ford france
francis francisco frank french friday fuck fucked fuckin fucking gary gay george georgia german germany google gordon
gotta greek gonna haha harris harry hate hell henry hollywood hong houston howard http https idiot illinois india
indian indiana iowa iphone iran iraq ireland irish islam islamic israel israeli italian italy jack jackson james jane
january japan japanese jason jean jeff jersey jesus jew jewish jews jimmy john johnny johnson jones jordan joseph josh
july june justin kansas kate kelly kevin kill killed killer killing kills kinda kong korea korean lewis liverpool
london louis luke lmao manchester march maria martin mary matt matthew melbourne mexican mexico miami michael michigan
microsoft mike monday morgan moscow murder murdered muslim muslims naked nazi nick nigeria november obama october ohio
olympic olympics oxford pacific pakistan paris patrick paul pennsylvania peter phil philadelphia pope porn pregnant
putin racism racist rape raped republican republicans retarded rick robert roger roman rome ross russell russia
russian ryan santa sarah saturday scott scotland scottish seattle semi sept september sexual sexually sexy shit simon
singapore slave slavery slaves smith soviet spain spanish stephen steve stupid suck sucks suicide sunday sweden sydney
syria taylor terrorism terrorist terrorists texas thats thomas thursday tony toronto trans trump tuesday turkey
twitter ukraine vegas victoria victim victims virgin virginia wales walker wanna washington wayne wednesday weapon
weapons william williams wilson wisconsin york youtube zealand
"""

_CONTRACTIONS_TEXT = """
it's don't i'm you're that's can't i've didn't he's there's doesn't they're i'll isn't we're i'd won't wasn't she's
you'll what's wouldn't let's you've haven't couldn't aren't we've here's we'll who's you'd shouldn't they've hasn't
they'll weren't it'll he'd he'll we'd hadn't they'd today's children's people's women's world's year's mother's
someone's
"""

_SHORT, _LEFT_OUT, _CONTRACTIONS = (
    frozenset(text.split()) for text in (_SHORT_TEXT, _LEFT_OUT_TEXT, _CONTRACTIONS_TEXT)
)


def plain_words() -> list[str]:
    """The frequent words in lower case, most frequent first, each once.

    Raises:
        CorpusError: the package wordfreq is not installed.

    Example:
        >>> words = plain_words()  # doctest: +SKIP
        >>> words[:3], len(words)  # doctest: +SKIP
        (['the', 'and', 'for'], 3464)
    """
    try:
        ranked = importlib.import_module("wordfreq").top_n_list("en", N_RANKS)
    except ImportError as error:
        raise CorpusError(
            where="make-prompts",
            expected="the package wordfreq",
            found="it is not installed",
            fix="Install it: pip install wordfreq. Or use data/demo_prompts.txt, which is made already.",
        ) from error
    return [word for word in ranked if _is_plain(word)]


def _is_plain(word: str) -> bool:
    if "'" in word:
        return word in _CONTRACTIONS
    if not re.fullmatch("[a-z]+", word) or word in _LEFT_OUT:
        return False
    return word in _SHORT if len(word) <= 3 else bool(re.search("[aeiouy]", word))
