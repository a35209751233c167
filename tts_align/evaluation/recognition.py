"""What a recognizer heard, against what was to be said: word and character error rates, BLEU."""

import importlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tts_align.errors import TextError
from tts_align.text import normalize, read_text

_NO_WORD = re.compile(r"[^a-z0-9' ]+")


@dataclass(frozen=True)
class Recognition:
    """How well what was said was recognized.

    Attributes:
        wer: errors per word of the texts, all sentences together, 0 to above 1.
        cer: errors per character.
        bleu: of the corpus, 0 to 100.
        of: error rates of each sentence by id, (wer, cer).
        n_words: of the texts.
        n_missing: sentences that have no transcript; they count as not heard at all.
    """

    wer: float
    cer: float
    bleu: float
    of: dict[str, tuple[float, float]]
    n_words: int
    n_missing: int


def read_transcripts(path: str | os.PathLike[str]) -> dict[str, str]:
    """Reads the lines `id|text` of a recognizer; a text may be empty, where nothing was heard.

    Raises:
        TextError: the file is missing, no UTF-8 text, or a line has no id.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "heard.txt"
        >>> _ = path.write_text("a1|Good morning.\\na2|\\n")
        >>> read_transcripts(path)
        {'a1': 'Good morning.', 'a2': ''}
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise _wrong(str(path), "text in UTF-8", f"byte {error.start} is not", "Save it as UTF-8.") from error
    except OSError as error:
        raise _wrong(str(path), "a file of lines id|text", str(error.strerror), "Check the name.") from error
    transcripts: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        id, bar, text = line.partition("|")
        if not bar or id.strip() in transcripts:
            found = repr(line[:40]) if not bar else f"{id.strip()!r} again"
            raise _wrong(f"{path}, line {number}", "id|text, each id once", found, "Mend the line.")
        transcripts[id.strip()] = text.strip()
    return transcripts


def recognition_of(words: Mapping[str, str], transcripts: Mapping[str, str]) -> Recognition:
    """Compares transcripts with what was to be said.

    Both are compared in words, small letters and without punctuation; numbers, abbreviations and the like of a
    transcript are read in words first (`1984` is as right as `nineteen eighty-four`). Rates are over all sentences
    together: errors added up, divided once.

    Args:
        words: what was to be said, in words, by id.
        transcripts: what was heard, by id; transcripts of other ids are not looked at.

    Raises:
        TextError: a package that it needs is not installed, or no transcript is of these sentences.

    Reference:
        Papineni et al., "BLEU: a method for automatic evaluation of machine translation", ACL 2002.

    Example:
        >>> heard = recognition_of({"a": "one dog", "b": "two cats"}, {"a": "1 dog.", "b": "two hats"})
        >>> heard.wer, heard.of["b"][0]
        (0.25, 0.5)
    """
    jiwer, sacrebleu = _package("jiwer"), _package("sacrebleu")
    if not words.keys() & transcripts.keys():
        found = f"ids such as {next(iter(transcripts), 'none')!r}"
        raise _wrong("--transcripts", f"ids such as {next(iter(words), 'none')!r}", found, "Name the same sentences.")
    ids = list(words)
    said = [_bare(words[id]) for id in ids]
    heard = [_bare(transcripts.get(id, "")) for id in ids]
    rates = {
        id: (jiwer.wer(one, other), jiwer.cer(one, other)) for id, one, other in zip(ids, said, heard, strict=True)
    }
    return Recognition(
        wer=jiwer.wer(said, heard),
        cer=jiwer.cer(said, heard),
        bleu=_bleu(sacrebleu, said, heard),
        of=rates,
        n_words=sum(len(one.split()) for one in said),
        n_missing=sum(id not in transcripts for id in ids),
    )


def _bleu(sacrebleu: ModuleType, said: Sequence[str], heard: Sequence[str]) -> float:
    """On words as they are: both sides have no punctuation that would have to be taken apart."""
    return float(sacrebleu.corpus_bleu(list(heard), [list(said)], tokenize="none", force=True).score)


def _bare(text: str) -> str:
    """Words in small letters and nothing else; a hyphen parts words."""
    plain = normalize(read_text(text, unknown="skip").spoken)
    return " ".join(_NO_WORD.sub(" ", plain).split())


def _package(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        fix = "Install it: pip install 'tts-align[evaluate]'"
        raise _wrong("--transcripts", f"the package {name}", "none installed", fix) from error


def _wrong(where: str, expected: str, found: str, fix: str) -> TextError:
    return TextError(where=where, expected=expected, found=found, fix=fix)
