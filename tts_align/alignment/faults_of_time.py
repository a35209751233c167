"""Finders of time that no text accounts for: stuck on a letter, attending to nothing, going on after the end."""

import numba
import numpy as np

from tts_align.alignment.finding import Finding, words_within
from tts_align.alignment.thresholds import Thresholds
from tts_align.alignment.trace import Trace, runs
from tts_align.alignment.words import is_letter


def stalls(traced: Trace, thresholds: Thresholds) -> list[Finding]:
    """Symbols that the path stays on too long; what it does after the end of the text is not looked at.

    A path that wavers between a symbol and the next one stays, on the one with more of its time. Pauses on spaces and
    punctuation have a limit of their own. Severity: the share of the time that is beyond the limit.
    """
    findings = []
    least = min(thresholds.stall_seconds, thresholds.stall_edge_seconds, thresholds.pause_seconds)
    for start, stop, symbol in _long_stays(traced.path, least / traced.alignment.seconds_per_step).tolist():
        if start >= traced.end_step or (symbol >= traced.tail_start - 1 and stop > traced.end_step):
            continue
        seconds = traced.seconds(int((~traced.adrift[start:stop]).sum()))
        wavers = bool((traced.path[start:stop] != symbol).any())
        limit = _stall_limit(traced, symbol, thresholds) + wavers * traced.seconds(traced.pace)
        if seconds > limit:
            words = tuple(words_within(traced.words, symbol, symbol + 1))
            findings.append(Finding((symbol, symbol + 1), words, (start, stop), 1.0 - limit / seconds))
    return findings


@numba.njit(cache=True, nogil=True)
def _long_stays(path: np.ndarray, least_steps: float) -> np.ndarray:
    """The longest spans of more than `least_steps` steps on one symbol, or wavering between two neighbours.

    Spans on two symbols begin and end on the one with more steps, so that a stay is not joined to what passes it by.

    Returns:
        (n, 3) first step, stop and symbol, in order, without overlap.
    """
    spans = np.empty((len(path), 3), dtype=np.int64)
    n_spans, start = 0, 0
    while start < len(path):
        stop = start
        for other in (path[start] - 1, path[start] + 1):
            end, last = start, start  # `last` is the last step on the symbol itself
            while end < len(path) and (path[end] == path[start] or path[end] == other):
                if path[end] == path[start]:
                    last = end
                end += 1
            stop = max(stop, last + 1)
        here = 0
        for t in range(start, stop):
            here += path[t] == path[start]
        if stop - start > least_steps and 2 * here >= stop - start:
            spans[n_spans, 0], spans[n_spans, 1], spans[n_spans, 2] = start, stop, path[start]
            n_spans += 1
            start = stop
        else:
            start += 1
            while start < len(path) and path[start] == path[start - 1]:
                start += 1
    return spans[:n_spans]


def collapses(traced: Trace, thresholds: Thresholds) -> list[Finding]:
    """Stretches without readable attention before the end of the text, and the words that went by meanwhile.

    Severity: the share of the utterance's steps.
    """
    findings: list[Finding] = []
    if not traced.adrift.any():
        return findings
    n_steps, n_symbols = traced.alignment.n_steps, traced.alignment.n_symbols
    for start, stop in runs(traced.adrift):
        if start >= traced.end_step and traced.end_step < n_steps:
            continue
        first = int(traced.path[start - 1]) + 1 if start > 0 else 0
        last = int(traced.path[stop]) if stop < n_steps else int(traced.path[stop - 1]) + 1
        if start == 0 and stop == n_steps:
            first, last = 0, n_symbols
        last = max(last, min(first + 1, n_symbols))
        first = min(first, last - 1)
        words = tuple(words_within(traced.words, first, last))
        findings.append(Finding((first, last), words, (start, stop), (stop - start) / n_steps))
    return findings


def babbles(traced: Trace, thresholds: Thresholds, said_again: np.ndarray) -> list[Finding]:
    """The sound that goes on after the whole text was passed; at most one finding.

    Counted are steps on the closing symbol (or on the last symbol, if the text closes with a letter), unreadable ones,
    and ones elsewhere in the text that say nothing again in order; steps on closing punctuation count as a pause with
    a longer limit. Severity: the share of that time beyond the limit.

    Args:
        said_again: (T,) bool, steps that repeats account for.
    """
    end, n_steps = traced.end_step, traced.alignment.n_steps
    limit = thresholds.babble_seconds
    if traced.alignment.stopped_by == "limit":
        limit = thresholds.babble_limit_seconds
    if traced.seconds(n_steps - end) <= min(limit, thresholds.babble_pause_seconds):
        return []
    path, after = traced.path[end:], ~said_again[end:]
    idle = np.array([_is_idle(traced, int(symbol)) for symbol in path])
    idle |= traced.adrift[end:] | (path < traced.tail_start - 1)
    idle &= after
    closing = after & ~idle
    over = traced.seconds(int(idle.sum())) - limit
    over_all = traced.seconds(int((idle | closing).sum())) - thresholds.babble_pause_seconds
    if max(over, over_all) <= 0:
        return []
    steps = np.flatnonzero(idle | closing)
    severity = max(over, over_all) / traced.seconds(len(steps))
    span = (end + int(steps[0]), end + int(steps[-1]) + 1)
    return [Finding((traced.tail_start, traced.alignment.n_symbols), (), span, severity)]


def _is_idle(traced: Trace, symbol: int) -> bool:
    """Whether time on this symbol after the end is neither speech nor a pause."""
    ends_in_letter = is_letter(traced.alignment.symbols[-1])
    return traced.is_mark(symbol) or (ends_in_letter and symbol >= traced.tail_start)


def _stall_limit(traced: Trace, symbol: int, thresholds: Thresholds) -> float:
    symbols = traced.alignment.symbols
    if not is_letter(symbols[symbol]):
        return thresholds.pause_seconds
    around = [symbols[j] for j in (symbol - 1, symbol + 1) if 0 <= j < len(symbols)]
    at_edge = len(around) < 2 or any(not is_letter(other) and other.strip() for other in around)
    limit = thresholds.stall_edge_seconds if at_edge else thresholds.stall_seconds
    return max(limit, thresholds.stall_pace * traced.seconds(traced.pace))
