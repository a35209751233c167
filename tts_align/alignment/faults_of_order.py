"""Finders of words that were left out, said again, rushed through or cut off."""

from collections.abc import Sequence

import numpy as np

from tts_align.alignment.evidence import evidence_of_return
from tts_align.alignment.finding import Finding, finding_of_words
from tts_align.alignment.thresholds import Thresholds
from tts_align.alignment.trace import Trace
from tts_align.alignment.words import Word

WOBBLE = 2  # symbols that blurred attention may go back by itself
CLOSE = 3  # symbols back that noise in the rows can amount to
SHORT_WORD = 3  # letters; function words of this length are often spoken very fast
LEAST_ROUNDS = 3  # moves back that make a loop of what is too little to be said again
HALF_STEP = 0.5  # how far off the time on a word can be because steps are whole


def skips(traced: Trace, thresholds: Thresholds, explained: Sequence[Finding]) -> list[Finding]:
    """Words that the path jumped over: most letters not covered, and hardly any time spent on them.

    So are words that were said only after a later one: they were jumped over in their place. Neighbours skipped at once
    are one finding. Words of `explained` findings are left out. Severity: the share of the letters that was not
    covered, 1 for words said too late.
    """
    late = _said_late(traced, thresholds)
    if not late and traced.covered.all():
        return []
    skipped = [word for word in _open(traced, explained) if word in late or _is_skipped(traced, word, thresholds)]
    groups = _neighbours(traced, skipped)
    return [
        finding_of_words(group, _passing(traced, group), 1.0 if late & {*group} else _uncovered(traced, group))
        for group in groups
        if _is_visible(traced, sum(word.n_symbols for word in group), thresholds)
    ]


def rushes(traced: Trace, thresholds: Thresholds, explained: Sequence[Finding]) -> list[Finding]:
    """Words that the path went through, but in far less time than the rest and than speech can be.

    A short word beside a rushed one that was passed as fast belongs to it. Severity: the share of the expected time
    that is missing. Nothing is found in a text of a few words, which has no pace of its own.
    """
    findings: list[Finding] = []
    if not traced.own_pace:
        return findings
    fast = [word for word in _open(traced, explained) if _is_rushed(traced, word, thresholds)]
    for group in _neighbours(traced, fast):
        if max(word.n_symbols for word in group) >= thresholds.rush_letters:
            expected = traced.pace * sum(word.n_symbols for word in group)
            missing = 1.0 - sum(traced.time(word) for word in group) / expected
            findings.append(finding_of_words(group, _passing(traced, group), missing))
    return findings


def early_stops(traced: Trace, thresholds: Thresholds) -> list[Finding]:
    """The words that the path never came to at the end of the text; at most one finding.

    Nothing is found where no row was readable at all (that is a collapse). Severity: the share of the words unsaid.
    """
    if traced.reached == 0 or not traced.units or traced.reached >= traced.units[-1].stop:
        return []
    unsaid = [
        word
        for word in traced.units
        if max(0, word.stop - max(word.start, traced.reached)) > thresholds.unsaid_share * word.n_symbols
    ]
    if not unsaid:
        return []
    n_steps = traced.alignment.n_steps
    return [finding_of_words(unsaid, (n_steps - 1, n_steps), len(unsaid) / len(traced.units))]


def repeats(traced: Trace, thresholds: Thresholds) -> tuple[list[Finding], np.ndarray]:
    """Words that the path went back to and passed again; repeats of the same words in a row are one finding.

    Severity: the time that went into it, against the expected time of the words; 1 if they were said in full again.

    Returns:
        The findings, and (T,) bool: the steps that belong to any of them.
    """
    findings: list[Finding] = []
    small: list[tuple[int, int]] = []
    mine = np.zeros(traced.alignment.n_steps, dtype=bool)
    starts = (np.flatnonzero(np.diff(traced.path) < 0) + 1).tolist()
    stops = [*starts, traced.alignment.n_steps][1:]
    for start, stop in zip(starts, stops, strict=True):
        found = _said_again(traced, start, stop, thresholds)
        if found is None:
            small.append((start, stop))
            continue
        mine[start : found.steps[1]] = True
        if findings and findings[-1].words == found.words and _nothing_between(traced, findings[-1], start):
            last = findings.pop()
            steps = (last.steps[0], found.steps[1])
            found = Finding(last.symbols, last.words, steps, last.severity + found.severity, last.times + 1)
        findings.append(found)
    return findings + _loops(traced, small, thresholds), mine


def _loops(traced: Trace, returns: Sequence[tuple[int, int]], thresholds: Thresholds) -> list[Finding]:
    """Letters gone round within a word: too few at a time to be said again, but together as long as a stall.

    Args:
        returns: half-open spans of steps, each from a move back to before the next one.
    """
    findings = []
    for word in traced.words:
        rounds: list[tuple[int, int]] = []
        for start, stop in [*returns, (-1, -1)]:
            if rounds and rounds[-1][1] != start:
                findings += _loop(traced, word, rounds, thresholds)
                rounds = []
            if start > 0 and all(word.start <= traced.path[t] < word.stop for t in (start - 1, start)):
                rounds.append((start, stop))
    return findings


def _loop(traced: Trace, word: Word, rounds: Sequence[tuple[int, int]], thresholds: Thresholds) -> list[Finding]:
    """What rounds in a row say: at most one finding. Time on letters that are reached for the first time is no part."""
    again = np.zeros(traced.alignment.n_steps, dtype=bool)
    for start, stop in rounds:
        again[start : _new_ground(traced.path, start, stop)] = True
    steps = int((again & ~traced.adrift).sum())
    limit = max(thresholds.stall_seconds, thresholds.stall_pace * traced.seconds(traced.pace))
    if len(rounds) < LEAST_ROUNDS or traced.seconds(steps) <= limit:
        return []
    span = (rounds[0][0], int(np.flatnonzero(again)[-1]) + 1)
    return [Finding((word.start, word.stop), (word,), span, steps / (traced.pace * word.n_symbols), len(rounds))]


def _new_ground(path: np.ndarray, start: int, stop: int) -> int:
    """The first step of `[start, stop)` that goes beyond all before `start`; `stop` if none does."""
    beyond = np.flatnonzero(path[start:stop] > path[:start].max())
    return start + int(beyond[0]) if len(beyond) else stop


def _said_late(traced: Trace, thresholds: Thresholds) -> set[Word]:
    """Words that the path went back to, to say them for the first time, after a later word that is not said again."""
    late: set[Word] = set()
    starts = (np.flatnonzero(np.diff(traced.path) < 0) + 1).tolist()
    for start, stop in zip(starts, [*starts, traced.alignment.n_steps][1:], strict=True):
        stop = _new_ground(traced.path, start, stop)
        said, again = traced.landed(0, start), traced.landed(start, stop)
        if start >= traced.end_step or not _moves_on(again):
            continue
        before = {word for word in traced.words if _is_said(traced, word, said, thresholds)}
        now = {word for word in traced.words if _is_said(traced, word, again, thresholds)}
        if before and not before & now:
            last = max(word.start for word in before)
            late |= {word for word in now if word.start < last and traced.path[start - 1] >= word.stop + WOBBLE}
    return late


def _nothing_between(traced: Trace, finding: Finding, start: int) -> bool:
    """Whether the path came to no other word between the end of a finding and a step."""
    between = traced.path[finding.steps[1] : start]
    return not any(word.start <= symbol < word.stop for word in traced.words for symbol in between)


def _said_again(traced: Trace, start: int, stop: int, thresholds: Thresholds) -> Finding | None:
    """What the forward stretch of steps `[start, stop)` says of that which was said before it."""
    before = traced.path[:start][~traced.adrift[:start]]
    beyond = np.flatnonzero(traced.path[start:stop] > (before.max() if len(before) else -1))
    stop = start + int(beyond[0]) if len(beyond) else stop
    if stop <= start:
        return None
    said, again = traced.landed(0, start), traced.landed(start, stop)
    if not _moves_on(again):
        return None
    words = [word for word in traced.units if _passed_again(traced, word, again, said, thresholds)]
    if not words:
        words = _pieces(traced, again, said, thresholds)
    if not words or _is_wobble(traced, (start, stop), words, again, thresholds):
        return None
    on_words = (traced.path[start:stop] >= words[0].start) & (traced.path[start:stop] < words[-1].stop)
    inside = np.flatnonzero(on_words)
    time = sum(float(again[word.start : word.stop].sum()) for word in words)
    expected = traced.pace * sum(word.n_symbols for word in words)
    steps = (start + int(inside[0]), start + int(inside[-1]) + 1) if len(inside) else (start, stop)
    return finding_of_words(words, steps, time / expected)


def _is_wobble(
    traced: Trace, span: tuple[int, int], words: Sequence[Word], again: np.ndarray, thresholds: Thresholds
) -> bool:
    """Whether a move back by a few symbols is the unrest of blurred or shaken attention.

    By one or two it is none if it leads from the end of a word to its beginning, and the word is then given its time;
    and by up to three only if the rows lose much without it.
    """
    start, stop = span
    back = int(traced.path[start - 1] - traced.path[start])
    if not 1 <= back <= CLOSE:
        return False
    if back <= WOBBLE:
        word = words[0]
        least = thresholds.repeat_share_wobble / back * traced.pace * word.n_symbols
        entire = traced.path[start - 1] >= word.stop - 1 and traced.path[start] <= word.start + 1
        if not entire or float(again[word.start : word.stop].sum()) < least:
            return True
    evidence = evidence_of_return(traced.alignment.weights, traced.path, start, stop)
    return evidence < thresholds.repeat_evidence


def _moves_on(again: np.ndarray) -> bool:
    """Whether two neighbouring symbols were passed: a landing on a single one is an odd row, no speech."""
    passed = again > 0
    return bool((passed[1:] & passed[:-1]).any())


def _passed_again(traced: Trace, word: Word, again: np.ndarray, said: np.ndarray, thresholds: Thresholds) -> bool:
    return _is_said(traced, word, said, thresholds) and _is_said(traced, word, again, thresholds)


def _is_said(traced: Trace, word: Word, time: np.ndarray, thresholds: Thresholds) -> bool:
    """Whether these steps on each symbol, (N,), are enough of a word."""
    on_letters = time[word.start : word.stop]
    passed = np.flatnonzero(on_letters)
    if not len(passed) or passed[-1] - passed[0] + 1 < thresholds.repeat_letters * word.n_symbols:
        return False
    return float(on_letters.sum()) >= thresholds.repeat_share * traced.pace * word.n_symbols


def _pieces(traced: Trace, again: np.ndarray, said: np.ndarray, thresholds: Thresholds) -> list[Word]:
    """The word of which the largest piece, long enough to hear, was said again."""
    best: list[Word] = []
    most = 0.0
    for word in traced.words:
        piece = (again[word.start : word.stop] > 0) & (said[word.start : word.stop] > 0)
        time = float(again[word.start : word.stop].sum())
        heard = traced.seconds(time) >= thresholds.repeat_seconds
        if piece.sum() >= thresholds.repeat_symbols and heard and time > most:
            best, most = [word], time
    return best


def _open(traced: Trace, explained: Sequence[Finding]) -> list[Word]:
    if not explained:
        return traced.units
    taken = {word for finding in explained for word in finding.words}
    return [word for word in traced.units if word not in taken]


def _is_rushed(traced: Trace, word: Word, thresholds: Thresholds) -> bool:
    time = traced.time(word)
    too_fast = time + HALF_STEP < thresholds.rush_share * traced.pace * word.n_symbols
    unheard = traced.seconds(time) < thresholds.rush_seconds_per_letter * word.n_symbols
    return too_fast and unheard and not _is_skipped(traced, word, thresholds)


def _is_visible(traced: Trace, n_letters: int, thresholds: Thresholds) -> bool:
    """Whether so many letters take enough steps that their absence cannot be chance."""
    least = thresholds.skip_steps if n_letters > SHORT_WORD else thresholds.skip_steps_short
    return traced.pace * n_letters >= least


def _is_skipped(traced: Trace, word: Word, thresholds: Thresholds) -> bool:
    least = thresholds.skip_letters if word.n_symbols > SHORT_WORD else 1.0
    return traced.share(word) < thresholds.skip_share and _uncovered(traced, [word]) >= least


def _uncovered(traced: Trace, words: Sequence[Word]) -> float:
    return 1.0 - sum(map(traced.n_covered, words)) / sum(word.n_symbols for word in words)


def _neighbours(traced: Trace, words: Sequence[Word]) -> list[list[Word]]:
    """Groups words that follow each other in the text."""
    if not words:
        return []
    place = {word: index for index, word in enumerate(traced.units)}
    groups: list[list[Word]] = []
    for word in words:
        if groups and place[word] == place[groups[-1][-1]] + 1:
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _passing(traced: Trace, words: Sequence[Word]) -> tuple[int, int]:
    """The steps in which the path went by these words, at least one: from the step before it came to them or beyond."""
    path, n_steps = traced.path, traced.alignment.n_steps
    entered = np.flatnonzero(path >= words[0].start)
    left = np.flatnonzero(path >= words[-1].stop)
    start = int(entered[0]) if len(entered) else n_steps - 1
    stop = int(left[0]) if len(left) else n_steps
    return (start, stop) if stop > start else (max(0, start - 1), start + 1)
