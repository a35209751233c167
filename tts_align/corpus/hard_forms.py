"""Short hard sentences: single words, repeats, clauses that are almost the same, digits, questions."""

from tts_align.corpus.hard_dealer import Dealer, sentence
from tts_align.corpus.hard_vocabulary import DEEDS, PLACES

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "oh")


def word(deal: Dealer) -> str:
    """A letter, some letters, or one word."""
    kind = deal.dice.random()
    if kind < 0.12:
        return deal.dice.choice(_LETTERS) + deal.one(".", ".", "?", "!", "")
    if kind < 0.32:
        return " ".join(deal.dice.choices(_LETTERS, k=deal.dice.randint(2, 5))) + deal.one(".", ".", "?", "")
    return sentence(deal.some(1)[0], deal.one(".", ".", ".", "?", "!", ""))


def few(deal: Dealer) -> str:
    """Two or three words."""
    quality, thing = deal.qualities(1)[0], deal.things(1)[0]
    words = deal.one(
        " ".join(deal.some(2)),
        " ".join(deal.some(3)),
        ", ".join(deal.some(2)),
        f"the {thing}",
        f"{quality} {thing}",
        f"the {quality} {thing}",
        f"{thing} and {deal.things(1)[0]}",
        f"{deal.deeds(1)[0]} the {thing}",
    )
    return sentence(words, deal.one(".", ".", ".", "?", "!", ""))


def repeat(deal: Dealer) -> str:
    """The same word or phrase several times."""
    n, (quality, other), (thing, second) = deal.dice.randint(2, 7), deal.qualities(2), deal.things(2)
    plain, deed = deal.some(1)[0], deal.deeds(1)[0]
    mark = deal.one(".", "!", "?")
    again = deal.dice.randint(1, 3)
    form = deal.dice.randrange(9)
    if form == 0:
        return sentence(" ".join([plain] * (n + 1)), deal.one(".", "!", ""))
    if form == 1:
        return sentence(", ".join([plain] * (n + 1)), ".")
    if form == 2:
        return " ".join([sentence(plain, mark)] * n)
    if form == 3:
        return sentence(f"the {' '.join([quality] * n)} {thing}" + deal.one("", f" {deed} the {second}"), ".")
    if form == 4:
        return sentence(f"the {', '.join([quality] * n)} {thing} and the {', '.join([other] * again)} {second}", ".")
    if form == 5:
        return sentence(" ".join([f"{plain} {thing}"] * n), ".")
    if form == 6:
        return sentence(" and ".join([plain] * (n + 1)), ".")
    if form == 7:
        return sentence(" and ".join([f"the {thing} {deed} the {second}"] * min(n, 4)), ".")
    return sentence(f"the {thing}, the {thing}, the {quality} {thing} {' and '.join([deed] * n)}", ".")


def twin(deal: Dealer) -> str:
    """Clauses that differ in a word."""
    (n1, n2, n3, n4), (a1, a2, a3), (v1, v2, v3) = deal.things(4), deal.qualities(3), deal.deeds(3)
    place, elsewhere = deal.dice.sample(PLACES, 2)
    form = deal.one(
        f"the {n1} {v1} the {n2}, the {n2} {v1} the {n3}, and the {n3} {v1} the {n1}",
        f"I {v1} a {a1} {n1}, you {v1} a {a1} {n2}, and we {v1} a {a1} {n3}",
        f"if the {n1} is {a1}, the {n2} is {a2}; if the {n1} is not {a1}, the {n2} is not {a2}",
        f"not the {a1} {n1}, not the {a2} {n1}, not the {a1} {n2}, but the {a2} {n2}",
        f"she said that he {v1} the {n1}, and he said that she {v1} the {n1}",
        f"the {n1} {v1} the {n2} {place}; the {n1} {v1} the {n2} {elsewhere}",
        f"the {a1} {n1} {v1} the {a2} {n2}, and the {a2} {n2} {v1} the {a1} {n1}",
        f"what the {n1} {v1}, the {n2} {v2}; what the {n1} {v2}, the {n2} {v1}",
        f"a {n1} is not a {n2}, a {n2} is not a {n3}, a {n3} is not a {n4}, and a {n4} is not a {n1}",
        f"the {n1} was {a1}, the {n1} was {a2}, the {n1} was {a3}, and then the {n1} was {a1} again",
        f"I {v1} it and {v2} it, you {v2} it and {v1} it, they {v1} it, {v2} it and {v3} it",
        f"the {n1} on the {n2} and the {n2} on the {n1}, the {n1} in the {n2} and the {n2} in the {n1}",
    )
    return sentence(form, ".")


def digits(deal: Dealer) -> str:
    """A string of digits, written as words."""
    few_digits = deal.dice.random() < 0.25  # from two digits only: many neighbours are the same
    source = deal.dice.sample(_DIGITS, 2) if few_digits else _DIGITS
    row = deal.dice.choices(source, k=deal.dice.randint(3, 16))
    form = deal.dice.random()
    if form < 0.2:
        row = [f"double {each}" if deal.dice.random() < 0.2 else each for each in row]
    elif form < 0.4:
        row = [deal.dice.choice(_LETTERS) if deal.dice.random() < 0.3 else each for each in row]
    elif form < 0.6:
        row = [each + deal.one("", "", ",") for each in row[:-1]] + row[-1:]
    opening = deal.one("", "", "", "dial", "the code is", "my number is", "room", "it was flight", "add", "call me on")
    return sentence(f"{opening} {' '.join(row)}".strip(), ".")


def question(deal: Dealer) -> str:
    """Questions and exclamations."""
    (n1, n2), (a1, a2), (v1, v2) = deal.things(2), deal.qualities(2), deal.dice.sample(DEEDS, 2)
    place = deal.dice.choice(PLACES)
    return deal.one(
        f"Did the {n1} {v1[0]} the {n2}?",
        sentence(f"what a {a1} {n1}", "!"),
        f"Who {v1[1]} my {n1}?",
        f"Why? Why did you {v1[0]} the {a1} {n1}?",
        f"No! Not the {n1}!",
        f"The {n1} is {a1}, isn't it?",
        f"How {a1} it is! How {a2} it was!",
        f"{v1[0].capitalize()} it! {v2[0].capitalize()} it now!",
        f"Is it a {n1}, or is it a {n2}?",
        f"Where is the {n1} that {v1[1]} the {n2} {place}?",
        f"Really? The {n1}? {place.capitalize()}?",
        f"Stop {v1[2]} the {n1}, please!",
        f"Will you {v1[0]} it, {v2[0]} it, or neither?",
        f"Oh! You {v1[1]} me!",
        f"{a1.capitalize()}? Me? Never!",
        f"Do you know who {v1[1]} the {n1}? Do you know why?",
    )
