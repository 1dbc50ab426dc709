"""Phone numbers in any notation, shown the Dutch way."""

import pytest
from django.core.exceptions import ValidationError

from callbacks import phones, references


@pytest.mark.parametrize(
    "raw",
    ["0612345678", "06 1234 5678", "06-12345678", "0031 6 12345678", "+31(0)6 12345678", "(06) 12345678"],
)
def test_any_notation_is_stored_as_one(raw: str) -> None:
    assert phones.normalise(raw) == "+31612345678"


@pytest.mark.parametrize("raw", ["", "call me", "12", "06 1234", "+" * 40, "\x00"])
def test_what_is_no_number_is_refused(raw: str) -> None:
    with pytest.raises(ValidationError):
        phones.normalise(raw)


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+31612345678", "06 1234 5678"),
        ("+31201234567", "020 123 4567"),
        ("+3223456789", "+32 2 345 67 89"),
        ("nonsense", "nonsense"),
    ],
)
def test_numbers_are_shown_as_people_say_them(e164: str, shown: str) -> None:
    assert phones.display(e164) == shown


def test_a_reference_is_read_with_or_without_dash_in_any_case() -> None:
    made = references.new_reference()
    assert references.normalise(made.replace("-", " ").lower()) == made


def test_references_have_no_letters_that_sound_or_look_alike() -> None:
    assert not set("AEIOUYL01") & set(references.ALPHABET)
