"""Forms of the availability page that arrive two times: the second one changes nothing and says so."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from availability.models import Absence, BusyFeed, PersonalFeed, Window, WindowException
from tests.factories import World, at

MONDAY = dt.date(2026, 11, 30)
URL = "https://agenda.example.org/a.ics"
Send = Callable[..., Any]


@pytest.fixture
def send(world: World, specialist: Client) -> Send:
    """Send a form of one's own page; gives the answer."""
    return lambda name, **data: specialist.post(
        f"/availability/{name}/", {"specialist": world.specialists[0].pk, **data}
    )


def stored() -> list[tuple[Any, ...]]:
    """All that the forms change, with versions."""
    return [
        *Window.objects.order_by("pk").values_list("pk", "version", "starts", "ends"),
        *WindowException.objects.order_by("pk").values_list("window", "day", "starts", "ends"),
        *Absence.objects.order_by("pk").values_list("pk", "version"),
        *BusyFeed.objects.values_list("url", "version"),
    ]


def twice(send: Send, name: str, **data: Any) -> tuple[int, int]:
    """Send a form two times; how both were answered. The second one must leave everything as it was."""
    before = stored()
    first = send(name, **data)
    after = stored()
    second = send(name, **data)
    assert before != after == stored()
    return first.status_code, second.status_code


def monday() -> Window:
    """The only window on Mondays."""
    return Window.objects.get(weekday=1)


@pytest.mark.parametrize("how", [{"verb": "hours", "starts": "10:00", "ends": "11:00"}, {"verb": "off"}])
def test_other_hours_on_a_day(send: Send, how: dict[str, str]) -> None:
    window = monday()
    assert twice(send, "day", window=window.pk, version=window.version, day=MONDAY, **how) == (302, 422)


def test_a_day_as_usual_again(send: Send) -> None:
    window = monday()
    window.exceptions.create(day=MONDAY)
    form = {"window": window.pk, "version": window.version, "day": MONDAY}
    assert twice(send, "day", verb="usual", **form) == (302, 422)


def test_an_absence_that_is_taken_back(world: World, send: Send) -> None:
    away = Absence.objects.create(specialist=world.specialists[0], starts_at=at(9), ends_at=at(17))
    assert twice(send, "back", absence=away.pk, version=away.version) == (302, 422)


def test_a_calendar_elsewhere(send: Send) -> None:
    assert twice(send, "connect", url=URL, version=0) == (302, 422)


def test_another_address_of_it(send: Send) -> None:
    send("connect", url=URL, version=0)
    assert twice(send, "connect", url=f"{URL}?b", version=1) == (302, 422)


def test_a_calendar_that_is_not_read_any_more(send: Send) -> None:
    send("connect", url=URL, version=0)
    assert twice(send, "connect", url="", version=1, remove="1") == (302, 422)


def test_of_a_secret_address_that_is_asked_for_twice_the_one_shown_last_works(send: Send) -> None:
    answers = [send("feed").content.decode() for _ in range(2)]
    addresses = [re.findall(r"https?://[^\"<]+key=[\w-]+", answer)[0] for answer in answers]
    assert [Client().get(address).status_code for address in addresses] == [404, 200]
    assert PersonalFeed.objects.count() == 1


def test_a_feed_that_is_closed_twice_is_closed(send: Send) -> None:
    send("feed")
    assert [send("feed", close="1").status_code for _ in range(2)] == [302, 302]
    assert not PersonalFeed.objects.exists()
