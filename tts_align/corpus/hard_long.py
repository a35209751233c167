"""Long hard sentences: lists, clauses without a stop, clauses in clauses, whole paragraphs."""

from collections.abc import Callable

from tts_align.corpus.hard_dealer import Dealer, sentence
from tts_align.corpus.hard_forms import digits, few, question, repeat, twin
from tts_align.corpus.hard_sounds import name, spelling
from tts_align.corpus.hard_vocabulary import PLACES

_LINKS = ("and", "and then", "but", "because", "so", "while", "until", "although", "before", "after", "as if", "or")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_PARTS: tuple[Callable[[Dealer], str], ...] = (few, repeat, twin, digits, name, spelling, question)


def listing(deal: Dealer) -> str:
    """Three to sixteen items in a row."""
    n = deal.dice.choice((3, 4, 5, 6, 7, 8, 10, 12, 16))
    form = deal.dice.randrange(6)
    last = deal.one(" and ", ", and ", " or ", ", ")
    if form == 0:
        return sentence(_joined(deal.some(n), ", ", last), ".")
    if form == 1:
        return sentence(_joined([f"a {quality} {deal.things(1)[0]}" for quality in deal.qualities(n)], ", ", last), ".")
    if form == 2:
        quality = deal.qualities(1)[0]
        return sentence(_joined([f"a {quality} {thing}" for thing in deal.things(n)], ", ", last), ".")
    if form == 3:
        items = [f"the {thing}" for thing in deal.things(n)]
        return sentence(f"we {deal.deeds(1)[0]} {_joined(items, ', ', last)}", ".")
    if form == 4:
        n = min(n, 10)
        items = [f"{nth}, the {thing}" for nth, thing in zip(_ORDINALS[:n], deal.things(n), strict=True)]
        return sentence(_joined(items, "; ", "; and "), ".")
    pairs = [f"{word} {thing}" for word, thing in zip(deal.some(n), deal.things(n), strict=True)]
    return sentence(f"on the list: {_joined(pairs, ', ', last)}", ".")


def breathless(deal: Dealer, n_characters: int) -> str:
    """Clause after clause without a comma, of about so many characters."""
    clauses = [_clause(deal)]
    while len(" ".join(clauses)) < n_characters:
        clauses.append(f"{deal.dice.choice(_LINKS)} {_clause(deal)}")
    return sentence(" ".join(clauses), deal.one(".", ".", ""))


def nested(deal: Dealer, n_characters: int) -> str:
    """Clauses inside clauses, of about so many characters."""
    depth = 1
    text = _nest(deal, depth)
    while len(text) < n_characters:
        depth += 1
        text = _nest(deal, depth)
    return sentence(text, ".")


def paragraph(deal: Dealer, n_characters: int) -> str:
    """Hard sentences of every kind in a row, of about so many characters."""
    parts: list[str] = []
    while (missing := n_characters - len(" ".join(parts))) > 0:
        kind = deal.dice.random()
        if missing > 80 and kind < 0.2:
            parts.append(breathless(deal, min(missing, 250)))
        elif missing > 80 and kind < 0.4:
            parts.append(nested(deal, min(missing, 200)))
        elif missing > 60 and kind < 0.6:
            parts.append(listing(deal))
        else:
            parts.append(deal.dice.choice(_PARTS)(deal))
        parts[-1] += "" if parts[-1][-1] in ".?!" else "."
    return " ".join(parts)


def _clause(deal: Dealer) -> str:
    (thing, other), quality, deed = deal.things(2), deal.qualities(1)[0], deal.deeds(1)[0]
    return deal.one(
        f"the {thing} {deed} the {other}",
        f"the {quality} {thing} {deed} the {other} {deal.dice.choice(PLACES)}",
        f"they {deed} a {quality} {other}",
        f"nobody {deed} the {thing} of the {other}",
        f"I {deed} it {deal.dice.choice(PLACES)}",
        f"{' '.join(deal.some(2))} {deed} the {thing}",
    )


def _nest(deal: Dealer, depth: int) -> str:
    (thing, other), (deed, second) = deal.things(2), deal.deeds(2)
    if depth == 0:
        return f"the {thing} {deed} the {other}"
    if depth == 1:
        return deal.one(
            f"the {thing} that the {other} {deed} {second} the {deal.qualities(1)[0]} {deal.things(1)[0]}",
            f"the {thing}, which {deed} the {other}, {second} the {deal.things(1)[0]}",
        )
    inner = _nest(deal, depth - 1)
    when = "once" if inner.startswith("when") else "when"
    return deal.one(
        f"the {thing}, which {deed} the {other} {when} {inner}, {second} the {deal.qualities(1)[0]} one",
        f"{when} {inner}, the {thing} - as if the {other} knew - {deed} it",
        f"the {thing} (who, as the {other} said, {deed} me) told us that {inner}",
        f'"{_nest(deal, 0)}," said the {thing}, because {inner}',
        f"if, as the {thing} {deed}, {inner}, then the {other}, too, {second} it",
        f"I know that you think that the {thing} said that {inner}",
    )


def _joined(items: list[str], between: str, last: str) -> str:
    return between.join(items[:-1]) + last + items[-1]
