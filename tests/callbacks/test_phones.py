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


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ("06", "+316"),
        ("06 12", "+31612"),
        ("(06) 12-34", "+3161234"),
        ("0031 6", "+316"),
        ("+31 (0)6", "+316"),
        ("+32 2", "+322"),
        ("0032 2", "+322"),
        ("+", "+"),
        ("+32 + 2", "+322"),
        ("612", ""),
        ("", ""),
        ("abc", ""),
    ],
)
def test_a_number_is_read_as_far_as_it_is_typed(typed: str, begins: str) -> None:
    assert phones.beginning(typed) == begins


@pytest.mark.parametrize(
    "raw", ["K7P-4MXQ", "k7p4mxq", "K7P 4MXQ", "k7p.4mxq", "KIP-4MXO", "klp 4mx0", "K1P-AMXQ"]
)
def test_a_reference_is_read_as_it_was_meant(raw: str) -> None:
    assert references.normalise(raw) == "K7P-4MXQ"


def test_every_stored_reference_is_read_as_itself() -> None:
    for _ in range(100):
        made = references.new_reference()
        assert references.normalise(made) == made
        assert references.alike(made)[0] == made


def test_references_taken_for_each_other_are_few_and_have_the_same_length() -> None:
    found = references.alike("5S2-8B6G")
    assert len(found) == len(set(found)) <= 200
    assert {len(one) for one in found} == {8}


def test_only_seven_letters_and_digits_could_be_a_reference() -> None:
    texts = ["K7P-4MXQ", "bakkers", "bakker", "K7P-4MXQQ", ""]
    assert [one for one in texts if references.could_be_one(one)] == ["K7P-4MXQ", "bakkers"]
