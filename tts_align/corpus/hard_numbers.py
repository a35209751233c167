"""Hard sentences with abbreviations, digits and symbols, which a voice has to write out before it can say them."""

from tts_align.corpus.hard_dealer import Dealer, sentence
from tts_align.corpus.hard_sounds import several
from tts_align.corpus.hard_vocabulary import FIRST_NAMES, LAST_NAMES, TOWNS

_TITLES = ("Dr.", "Mr.", "Mrs.", "Ms.", "Prof.", "Capt.", "Gen.", "St.", "Rev.", "Lt.")
_MONTHS = ("Jan.", "Feb.", "March", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
_GOODS = ("basket", "book", "carpet", "coat", "drum", "kite", "lamp", "map", "melon", "oven", "radio", "saw", "violin")
_WEIGHTS = ("kg", "lb", "oz", "mg", "t")
_UNITS = ("km", "cm", "mph", "km/h", "ft", "GB", "kHz", "ml", "m/s", "W")
_SHORT_FORMS = ("NASA", "BBC", "USB", "PDF", "UNESCO", "FAQ", "GPS", "DNA", "HTML", "RSVP", "CEO", "ASAP")


def number(deal: Dealer) -> str:
    """Money, times, dates, years, measures, titles, short forms."""
    dice = deal.dice
    thing, goods, short = deal.things(1)[0], dice.choice(_GOODS), dice.choice(_SHORT_FORMS)
    who = f"{dice.choice(_TITLES)} {dice.choice((*FIRST_NAMES, *LAST_NAMES))}"
    big, small, year = dice.randint(1000, 9_999_999), dice.randint(2, 99), dice.randint(1066, 2099)
    day, month, frost = dice.randint(1, 28), dice.choice(_MONTHS), dice.randint(1, 30)
    weight, unit = dice.choice(_WEIGHTS), dice.choice(_UNITS)
    time = f"{dice.randint(1, 12)}:{dice.randint(0, 59):02d} {deal.one('a.m.', 'p.m.')}"
    money = f"{deal.one('$', '$', '£', '€')}{dice.randint(0, 999)}.{dice.randint(0, 99):02d}"
    form = deal.one(
        f"{who} paid {money} for the {goods} at {time}",
        f"in {year} there were {big:,} {several(thing)} in {dice.choice(TOWNS)}",
        f"{_ordinal(day)} of {month}, {year}",
        f"it weighs {small}.{dice.randint(0, 9)} {weight}, not {small + 1} {dice.choice(_WEIGHTS)}",
        f"call {dice.randint(200, 999)}-{dice.randint(1000, 9999)}, ext. {small}",
        f"chapter {small}, pp. {small}-{small + 7}, vol. {dice.randint(1, 9)}",
        f"{small}% of {big} is {small * big / 100:.2f}",
        f"{short} & {dice.choice(_SHORT_FORMS)}, est. {year}",
        f"the {_ordinal(small)} {goods} costs {money}/{weight}, incl. {dice.randint(1, 25)}% tax",
        f"{day}/{small} + {frost}.{small} = ?",
        f"meet {who} at {small} {thing.capitalize()} St., No. {dice.randint(2, 400)}, {time} sharp",
        f"it was -{frost}°C, i.e. {32 - frost * 9 / 5:.1f}°F, at {time} on {month} {day}",
        f"the {short} file is {big} bytes, i.e. ca. {big / 1e6:.1f} MB",
        f"from the {year // 100}th c. to the {year // 10 * 10}s",
        f"max. {big:,} {unit}, min. {small} {dice.choice(_UNITS)}",
        f"{who}, {short}, b. {year}, d. {year + small}",
    )
    return sentence(form, "" if form.endswith((".", "?")) else ".")


def _ordinal(value: int) -> str:
    teen = 10 <= value % 100 <= 20
    return f"{value}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"
