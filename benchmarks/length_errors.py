"""Character errors of a recognizer by length of text: CER for each length, and the longest against the shortest.

python -m benchmarks.prose_by_length sentences.csv --out lengths.txt
tts-align evaluate joe --text-file lengths.txt --out evaluated/
python -m benchmarks.transcripts evaluated/speech --out heard.txt
python -m benchmarks.length_errors lengths.txt heard.txt

Texts and transcripts are lines id|text; what stands before the first `-` of an id is the length. Both are compared in
small letters, without punctuation and with numbers in words, as by `evaluate --transcripts`.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from tts_align.corpus.sentences import read_sentences
from tts_align.errors import TtsAlignError
from tts_align.evaluation import read_transcripts, recognition_of


def errors_by_length(texts: Mapping[str, str], heard: Mapping[str, str]) -> dict[int, tuple[int, float]]:
    """Number of texts and CER of each length, the shortest first.

    Args:
        texts: what was to be said, in words, by id `LENGTH-NUMBER`.
        heard: what was heard; a text that is not in it counts as not heard at all.

    Raises:
        TextError: nothing was heard, or a package is missing.

    Example:
        >>> errors_by_length({"10-1": "one dog", "10-2": "two", "5-1": "cats"}, {"10-1": "1 dog", "5-1": "cat"})
        {5: (1, 0.25), 10: (2, 0.3)}
    """
    by_length: dict[int, dict[str, str]] = {}
    for id, text in texts.items():
        by_length.setdefault(int(id.partition("-")[0]), {})[id] = text
    return {
        length: (len(each), recognition_of(each, {**dict.fromkeys(each, ""), **heard}).cer)
        for length, each in sorted(by_length.items())
    }


def growth(errors: Mapping[int, tuple[int, float]]) -> float:
    """CER of the longest texts over that of the shortest; infinite where those have no error.

    Example:
        >>> growth({50: (9, 0.04), 1000: (9, 0.05)})
        1.25
    """
    first, last = errors[min(errors)][1], errors[max(errors)][1]
    return last / first if first else float("inf")


def main() -> None:
    """Reads the files and prints the errors; an error ends it with status 2."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, help="what was to be said, lines LENGTH-NUMBER|text")
    parser.add_argument("heard", type=Path, help="what was heard, lines id|text")
    options = parser.parse_args()
    try:
        texts = {sentence.id: sentence.text for sentence in read_sentences(options.texts)}
        errors = errors_by_length(texts, read_transcripts(options.heard))
    except TtsAlignError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from error
    for length, (n_texts, cer) in errors.items():
        print(f"{length:5} characters: CER {cer:.2%} ({n_texts} texts)")
    print(f"{max(errors)} against {min(errors)} characters: {growth(errors):.2f} times the errors")


if __name__ == "__main__":
    main()
