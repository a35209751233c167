"""Hard sentences for their sounds: tongue twisters, rare and made-up names, words not said as they are written."""

from tts_align.corpus.hard_dealer import Dealer, sentence
from tts_align.corpus.hard_vocabulary import FIRST_NAMES, LAST_NAMES, ODD_SPELLINGS, PLACES, SOUNDS, TOWNS

_ONSETS_TEXT = "b br ch d dr f fl g gl gr h j k kl kr l m n p pl pr qu r s sh sk sl st str t th tr v w y z zh"
_VOWELS_TEXT = "a e i o u ae ai au ea ee ia ie io oa oe ou ui y"
_CODAS_TEXT = "b ck d ff g l ll lm m n nd ng nth p r rk rsk s sch sk sp st t th v x z"
_ONSETS, _VOWELS = _ONSETS_TEXT.split(), _VOWELS_TEXT.split()
_CODAS = (*_CODAS_TEXT.split(), "", "", "")
_PLURALS_TEXT = """
sheep/sheep trout/trout fish/fish thief/thieves shelf/shelves wolf/wolves leaf/leaves scarf/scarves
child/children potato/potatoes mouse/mice woman/women
"""
_PLURALS = {one: many for one, _, many in (each.partition("/") for each in _PLURALS_TEXT.split())}


def twister(deal: Dealer) -> str:
    """Words that begin with two sounds easily confused."""
    sound = deal.dice.choice(SOUNDS)
    (a1, a2, a3), (n1, n2, n3), (v1, v2) = (
        deal.dice.sample(words, count) for words, count in ((sound.qualities, 3), (sound.things, 3), (sound.deeds, 2))
    )
    name, other = deal.dice.sample(sound.names, 2)
    all1, all2, all3 = several(n1), several(n2), several(n3)
    form = deal.one(
        f"{name} {v1} {a1} {n1} {n2}, but {a2} {n2} {n1} {v2} {name}",
        f"{a1} {n1}, {a2} {n2}, {a1} {n2}, {a2} {n1}",
        f"six {a1} {a2} {all1} {v1} {name}'s {a3} {n2}",
        f"how {a1} a {n1} would {name} want if {name} {v1} {a2} {all2}",
        f"{name} {v1} the {n1}, the {n1} {v2} the {n2}, and the {a1} {n2} {v1} {other}'s {a2} {n3}",
        f"{a1} {name} and {a2} {other} {v1} {all1}, {all2} and {a3} {all3}",
        f"the {a1} {a2} {n1}'s {a2} {a1} {n2} {v1} the {a3} {n3}",
        f"{n1} {n2}, {n2} {n1}, {n1} {n3}, {n3} {n1}, {n2} {n3}",
    )
    return sentence(form, "?" if form.startswith("how") else ".")


def name(deal: Dealer) -> str:
    """Rare names of people and towns, and names that nobody has."""
    first, other = (deal.dice.choice((*FIRST_NAMES, made_up(deal))) for _ in range(2))
    last, town = deal.dice.choice((*LAST_NAMES, made_up(deal))), deal.dice.choice((*TOWNS, made_up(deal)))
    if deal.dice.random() < 0.4:
        first, last = made_up(deal), made_up(deal)
    form = deal.one(
        f"{first} {last}",
        f"{first} {last} of {town}",
        f"{first} and {other} {last} went from {town} to {made_up(deal)}",
        f"have you met {first} {last}, or {other} from {town}",
        f"the train to {town} stops at {made_up(deal)}, {made_up(deal)} and {deal.dice.choice(TOWNS)}",
        f"{last}, {last} and {made_up(deal)} {deal.deeds(1)[0]} {first}",
        f"my name is {first}, not {other}",
        f"{first} {deal.deeds(1)[0]} the {deal.things(1)[0]} of {other} {last}",
    )
    return sentence(form, "?" if form.startswith("have") else ".")


def spelling(deal: Dealer) -> str:
    """Words that are not said as they are written."""
    w1, w2, w3, w4 = deal.dice.sample(ODD_SPELLINGS, 4)
    form = deal.one(
        f"{w1}",
        f"{w1} {w2}",
        f"{w1}, {w2}, {w3}",
        f"the {w1} and the {w2}",
        f"say {w1}, then {w2}, then {w3} and then {w4}",
        f"is it spelt {w1}, or {w2}",
        f"the {deal.things(1)[0]} {deal.deeds(1)[0]} a {w1} {w2} {deal.dice.choice(PLACES)}",
        f"{w1} rhymes with neither {w2} nor {w3}",
        f"{w1} {w2} {w3} {w4}",
    )
    return sentence(form, "?" if form.startswith("is it") else ".")


def made_up(deal: Dealer) -> str:
    """A name of one to four syllables that nobody has."""
    dice = deal.dice
    syllables = [dice.choice(_ONSETS) + dice.choice(_VOWELS) for _ in range(dice.choice((1, 2, 2, 2, 3, 3, 4)))]
    return ("".join(syllables) + dice.choice(_CODAS)).capitalize()


def several(thing: str) -> str:
    """The plural of a thing.

    Example:
        >>> [several(thing) for thing in ("lorry", "toy", "sash", "thief", "mouse", "plum")]
        ['lorries', 'toys', 'sashes', 'thieves', 'mice', 'plums']
    """
    if thing in _PLURALS:
        return _PLURALS[thing]
    if thing.endswith("y") and thing[-2] not in "aeiou":
        return thing[:-1] + "ies"
    return thing + ("es" if thing.endswith(("s", "sh", "ch", "x")) else "s")
