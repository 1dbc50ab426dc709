"""References: what a customer can read back over the phone."""

import re
import secrets
from itertools import islice, product

# No vowels (no words by accident) and no characters that sound or look alike.
ALPHABET = "BCDFGHJKMNPQRSTVWXZ23456789"
LENGTH = 7

# What is not in the alphabet was misread: this is what was most likely there.
MISREAD = str.maketrans("AEIL1OU0Y", "43777QVQV")
# What is taken for something else in the alphabet, by the eye or by the ear.
CONFUSED = ("5S", "2Z", "8B", "6G", "DQT", "7J", "VWX", "MN", "FS", "BP", "CZ")
MOST_ALIKE = 200


def new_reference() -> str:
    """Make a random reference such as ``K7P-4MXQ`` (27⁷ ≈ 10 billion possibilities)."""
    return _with_dash("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def normalise(raw: str) -> str:
    """Give the stored form of a typed reference: any case, with or without dash, spaces or dots.

    A letter or digit that no reference has stands for the one it looks like: O for Q, 1 for 7.
    """
    return _with_dash(_letters(raw))


def could_be_one(raw: str) -> bool:
    """Whether a text has as many letters and digits as a reference."""
    return len(_letters(raw)) == LENGTH


def alike(raw: str) -> list[str]:
    """References that are taken for this one; at most 200."""
    choices = [_alike(letter) for letter in _letters(raw)]
    return [_with_dash("".join(letters)) for letters in islice(product(*choices), MOST_ALIKE)]


def _letters(raw: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", raw.upper()).translate(MISREAD)


def _alike(letter: str) -> str:
    """The letter itself first: of too many possibilities, the first letters are trusted most."""
    others = "".join(group for group in CONFUSED if letter in group)
    return "".join(dict.fromkeys(letter + others))


def _with_dash(letters: str) -> str:
    return f"{letters[:3]}-{letters[3:]}"
