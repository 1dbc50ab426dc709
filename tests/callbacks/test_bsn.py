"""A citizen service number in a text is noticed; other numbers are left alone."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from callbacks.bsn import WEIGHTS, suspects

# Made for tests: 111222333 and 123456782 pass the eleven-test and were never given out.
VALID = "123456782"


def weighed(digits: str) -> int:
    """What the eleven-test divides."""
    return sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))


@st.composite
def numbers(draw: st.DrawFn, begin: str = "") -> str:
    """Nine digits that pass: the last one follows from the others, unless it would be ten."""
    rest = 8 - len(begin)
    first = begin + draw(st.text("0123456789", min_size=rest, max_size=rest))
    last = weighed(f"{first}0") % 11
    assume(last < 10 and int(first) > 0)
    return f"{first}{last}"


@given(
    number=numbers(),
    before=st.sampled_from(["", "bsn ", "BSN:", "nr.", "("]),
    after=st.sampled_from(["", ".", ",", ")"]),
)
def test_what_passes_is_noticed(number: str, before: str, after: str) -> None:
    assert suspects(f"{before}{number}{after}") == [number]


@given(number=numbers(), wrong=st.integers(1, 9))
def test_what_fails_is_left_alone(number: str, wrong: int) -> None:
    other = f"{number[:-1]}{(int(number[-1]) + wrong) % 10}"
    assert suspects(other) == []


@given(
    number=numbers(),
    mark=st.sampled_from(" .-"),
    cuts=st.sampled_from([(3, 6), (4, 6), (2, 5), (5,), (2, 4, 6)]),
)
def test_groups_are_noticed(number: str, mark: str, cuts: tuple[int, ...]) -> None:
    ends = [0, *cuts, len(number)]
    grouped = mark.join(number[begin:end] for begin, end in pairwise(ends))
    assert suspects(f"nummer {grouped}") == [grouped]


@given(number=numbers("0"))
def test_a_lost_leading_zero_changes_nothing(number: str) -> None:
    assert suspects(number[1:]) == [number[1:]]


@given(number=numbers(), before=st.integers(1, 999), after=st.integers(1, 999))
def test_part_of_a_longer_number_is_left_alone(number: str, before: int, after: int) -> None:
    assert number not in suspects(f"{before}{number}")
    assert number not in suspects(f"{number}{after}")
    assert suspects(f"{before}-{number}.{after}") == []


@given(text=st.text() | st.text("0123456789 .-+()", max_size=40))
def test_every_piece_stands_in_the_text_and_passes(text: str) -> None:
    for piece in suspects(text):
        assert piece in text
        digits = "".join(one for one in piece if one.isdigit())
        assert weighed(digits.zfill(9)) % 11 == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Mijn BSN is {VALID}.", [VALID]),
        (f"bsn{VALID}", [VALID]),
        (f"2 kinderen, {VALID} en 111222333", [VALID, "111222333"]),
        (f"{VALID} en nog eens {VALID}", [VALID]),
        ("123.456.782", ["123.456.782"]),
        ("1234 56 782", ["1234 56 782"]),
        ("123 456 782 2 kinderen", ["123 456 782"]),
        ("12 123456782", [VALID]),
        ("123\N{NO-BREAK SPACE}456\N{NO-BREAK SPACE}782", ["123\N{NO-BREAK SPACE}456\N{NO-BREAK SPACE}782"]),
        ("010000008", ["010000008"]),
        ("10000008", ["10000008"]),
        (f"bel 06 12345678 over {VALID}", [VALID]),
        (f"bel +31 6 12345678 {VALID}", [VALID]),
        ("", []),
        ("000000000", []),
        ("zaak 2026-123456782", []),
        ("factuur 1234567820", []),
        ("NL91 ABNA 0417 1643 00", []),
        ("van 24-11-2026 tot 1-12-2026", []),
        ("123.456-782", []),
        ("12.34.56.78", []),
        ("1 2 3 4 5 6 7 8 2", []),
    ],
)
def test_texts_as_agents_type_them(text: str, found: list[str]) -> None:
    assert suspects(text) == found


def subscriber(length: int) -> str:
    """The last digits of a phone number, made so that they would pass as a BSN."""
    return next(
        f"{n:0{length}}" for n in range(10 ** (length - 1), 10**length) if weighed(f"{n:09}") % 11 == 0
    )


@pytest.mark.parametrize(
    "phone",
    [
        f"06 {subscriber(8)}",
        f"06-{subscriber(8)}",
        f"06{subscriber(8)}",
        f"(06) {subscriber(8)}",
        f"0031 6 {subscriber(8)}",
        f"0031 {subscriber(9)}",
        f"+31 {subscriber(9)}",
        f"+31{subscriber(9)}",
        f"+31 (0){subscriber(9)}",
        f"+49 {subscriber(9)}",
        f"0{subscriber(9)}",
        f"0512 {subscriber(9)[3:]}",
    ],
)
def test_a_phone_number_is_left_alone(phone: str) -> None:
    assert suspects(f"bel {phone} a.u.b.") == []


def test_the_customers_own_phone_is_left_alone_without_its_zero() -> None:
    own = subscriber(9)
    assert suspects(own) == [own]
    assert suspects(own, phone=f"0{own}") == suspects(own, phone=f"+31{own}") == []


def test_an_unreadable_phone_changes_nothing() -> None:
    assert suspects(VALID, phone="12") == [VALID]


def test_a_long_row_of_digits_takes_no_time() -> None:
    assert len(suspects("1 2.3-" * 2_000)) == 0
