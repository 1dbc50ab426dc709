"""Citizen service numbers (BSN) that slipped into a text: they belong in no question and no note."""

import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError

from callbacks import phones

LENGTH = 9
WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
# Abroad, or at home with area code: what begins like this is dialled.
PHONE = re.compile(
    r"(?<![0-9])(?:(?:\+|00)31[ \xa0.-]?(?:\(0\))?(?:[ \xa0.-]?[0-9]){9}"
    r"|(?:\+|00)[1-9](?:[ \xa0.-]?[0-9]){7,13}"
    r"|\(?0(?:[ \xa0.()/-]{0,2}[0-9]){9})(?![0-9])"
)
# Digits with single spaces, dots or dashes between them; judged as a whole.
RUN = re.compile(r"[0-9](?:[ \xa0.-]?[0-9])*")
GROUP = re.compile(r"[0-9]+")
# Nobody writes these for anything else, so they count beside other numbers too. With the leading zero lost,
# eight digits remain; other groupings of eight are dates (24-11-2026).
USUAL = {(9,), (8,), (3, 3, 3), (2, 3, 3), (4, 2, 3)}


def suspects(text: str, *, phone: str = "") -> list[str]:
    """Pieces of a text that may be a BSN, as they stand there, each once.

    Nine digits that pass the eleven-test (or eight: the leading zero is often left out), alone or grouped by
    spaces, dots or dashes, and not part of a longer number. A phone number with its zero or prefix is none,
    nor is the customer's own ``phone``, in any notation.
    """
    hidden = PHONE.sub(lambda found: "x" * len(found[0]), text)
    own = _digits_of(phone)
    pieces = (piece for run in RUN.finditer(hidden) for piece in _pieces(run[0]))
    return list(
        dict.fromkeys(one for one in pieces if _passes(digits := _bare(one)) and not own.endswith(digits))
    )


def _pieces(run: str) -> Iterator[str]:
    """Neighbouring groups of digits that someone may have meant as one number."""
    groups = list(GROUP.finditer(run))
    for number, begin in enumerate(groups):
        sizes: tuple[int, ...] = ()
        for end in groups[number : number + LENGTH]:
            sizes += (len(end[0]),)
            piece = run[begin.start() : end.end()]
            beside = {run[begin.start() - 1 : begin.start()], run[end.end() : end.end() + 1]} - {""}
            if _may_be_one(piece, sizes, beside):
                yield piece


def _may_be_one(piece: str, sizes: tuple[int, ...], beside: set[str]) -> bool:
    if len(set(GROUP.sub("", piece))) > 1:
        return False
    if sizes in USUAL:
        # A dot or a dash makes it part of a longer number, a space does not.
        return beside <= {" ", "\N{NO-BREAK SPACE}"}
    return not beside and sum(sizes) == LENGTH and min(sizes) > 1


def _passes(digits: str) -> bool:
    """The eleven-test for citizen service numbers."""
    number = digits.zfill(LENGTH)
    weighed = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=True))
    return weighed % 11 == 0 and int(number) > 0


def _bare(piece: str) -> str:
    return "".join(GROUP.findall(piece))


def _digits_of(phone: str) -> str:
    try:
        return phones.normalise(phone)
    except ValidationError:
        return ""
