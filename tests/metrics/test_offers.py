"""What is offered, cut to the time that is asked for."""

import pytest

from callbacks.metrics.offers import Offer
from tests.factories import at

MORNING, AFTERNOON = (at(9), at(12)), (at(13), at(17))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (8, 18, [MORNING, AFTERNOON]),
        (10, 15, [(at(10), at(12)), (at(13), at(15))]),
        (10, 11, [(at(10), at(11))]),
        (12, 13, []),
        (17, 18, []),
        (8, 9, []),
    ],
)
def test_only_what_lies_within(start: int, end: int, expected: list[object]) -> None:
    assert Offer(1, (), [MORNING, AFTERNOON]).within(at(start), at(end)) == expected
