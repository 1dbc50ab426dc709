"""People of the demo municipality: plausible Dutch names, and numbers that nobody can have."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from callbacks.references import ALPHABET, LENGTH, normalise

NAMES = tomllib.loads((Path(__file__).parent / "data" / "names.toml").read_text("utf-8"))

# The Dutch regulator ACM reserves no numbers for fiction, so these come from two that do: they can be shown,
# and even be dialled by mistake, without disturbing anybody.
# Ofcom, "Telephone numbers for use in TV and radio drama programmes": 07700 900000-900999 (mobile),
# 020 7946 0000-0999 (London), 01632 960000-960999 (no area), 0113/0161 496 0000-0999 (Leeds, Manchester).
# Arcep, decision 2018-0881 (numbering plan), numbers for audiovisual works, ten thousand each: 01 99 00,
# 02 61 91, 03 53 01, 04 65 71, 05 36 49 and, mobile, 06 39 98.
FICTION_RANGES: tuple[tuple[str, int], ...] = (
    ("+447700900", 3),
    ("+442079460", 3),
    ("+441632960", 3),
    ("+441134960", 3),
    ("+441614960", 3),
    ("+3363998", 4),
    ("+3319900", 4),
    ("+3326191", 4),
    ("+3335301", 4),
    ("+3346571", 4),
    ("+3353649", 4),
)
NUMBERS = sum(10**digits for _prefix, digits in FICTION_RANGES)
# Walks through all numbers before one comes twice (it shares no factor with how many there are).
PHONE_STRIDE = 40_009
# Shares no factor with the number of references: each key has one of its own, in no visible order.
REFERENCES = len(ALPHABET) ** LENGTH
REFERENCE_STRIDE = 6_464_854_171
E_MAIL_LETTERS = str.maketrans({" ": "."})


class Person(NamedTuple):
    """A customer of the demo, the same for the same number."""

    id: int
    name: str
    phone: str
    email: str
    customer_number: str | None
    language: str


def phone(number: int) -> str:
    """The E.164 form of a number reserved for fiction; repeats after all have been used."""
    rest = number * PHONE_STRIDE % NUMBERS
    for prefix, digits in FICTION_RANGES:
        if rest < 10**digits:
            return f"{prefix}{rest:0{digits}}"
        rest -= 10**digits
    raise AssertionError("a remainder is smaller than the sum of the ranges")


def reference(key: int) -> str:
    """The reference of the appointment with this key; no two have the same."""
    rest = key * REFERENCE_STRIDE % REFERENCES
    letters = []
    for _place in range(LENGTH):
        rest, letter = divmod(rest, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return normalise("".join(letters))


def full_name(number: int) -> str:
    """A name; neighbouring numbers have different first and last names."""
    mixed = number * 2_654_435_761 % 4_294_967_291
    first, last = NAMES["first"], NAMES["last"]
    return f"{first[mixed % len(first)]} {last[mixed // 97 % len(last)]}"


@lru_cache(maxsize=4096)
def person(number: int) -> Person:
    """The customer with this number: most leave an e-mail address, some prefer English."""
    name = full_name(number)
    address = name.lower().translate(E_MAIL_LETTERS)
    return Person(
        id=number,
        name=name,
        phone=phone(number),
        email=f"{address}.{number}@example.org" if number % 10 < 7 else "",
        customer_number=f"{20_000_000 + number}" if number % 3 else None,
        language="en" if number % 20 == 7 else "nl",
    )
