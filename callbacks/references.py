"""References: what a customer can read back over the phone."""

import re
import secrets

# No vowels (no words by accident) and no characters that sound or look alike.
ALPHABET = "BCDFGHJKMNPQRSTVWXZ23456789"
LENGTH = 7


def new_reference() -> str:
    """Make a random reference such as ``K7P-4MXQ`` (27⁷ ≈ 10 billion possibilities)."""
    return _with_dash("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def normalise(raw: str) -> str:
    """Give the stored form of a typed reference: any case, with or without dash or spaces."""
    return _with_dash(re.sub(r"[\s-]", "", raw).upper())


def _with_dash(letters: str) -> str:
    return f"{letters[:3]}-{letters[3:]}"
