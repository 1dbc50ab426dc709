"""Connecting a calendar elsewhere: set, replaced, removed, by the specialist alone."""

import pytest

from availability.models import BusyFeed, BusyTime, Specialist
from callbacks.errors import Forbidden, Invalid, Outdated
from callbacks.operations.feeds import remove_busy_feed, set_busy_feed
from tests.factories import NOW, World, at

URL = "https://agenda.example.org/own.ics"


@pytest.fixture
def specialist(world: World) -> Specialist:
    return world.specialists[0]


def connect(specialist: Specialist, url: str = URL, version: int = 0) -> BusyFeed:
    return set_busy_feed(specialist=specialist, url=url, version=version, by=specialist.user, now=NOW)


def test_a_calendar_is_read_at_once(specialist: Specialist) -> None:
    assert connect(specialist).look_at == NOW


def test_the_address_that_calendar_programs_copy_is_understood(specialist: Specialist) -> None:
    assert connect(specialist, "webcal://agenda.example.org/own.ics").url == URL


@pytest.mark.parametrize("url", ["", "own.ics", "file:///etc/passwd", "https://" + "x" * 1000])
def test_what_cannot_be_a_calendar_is_refused(specialist: Specialist, url: str) -> None:
    with pytest.raises(Invalid) as refused:
        connect(specialist, url)
    assert (refused.value.field, BusyFeed.objects.count()) == ("url", 0)


def test_another_address_forgets_what_the_first_said(specialist: Specialist) -> None:
    feed = connect(specialist)
    BusyTime.objects.create(feed=feed, starts_at=at(10), ends_at=at(11))
    old = {"etag": "old", "error": "wrong", "failures": 3, "failing_since": NOW, "seen_at": NOW}
    BusyFeed.objects.update(**old, read_at=NOW, look_at=at(23))
    connect(specialist, URL + "?new", version=1)
    feed.refresh_from_db()
    assert (feed.etag, feed.error, feed.failures, feed.look_at) == ("", "", 0, NOW)
    assert (feed.read_at, feed.seen_at, feed.failing_since) == (None, None, None)
    assert BusyTime.objects.count() == 0


def test_an_address_that_was_changed_meanwhile_is_not_replaced(specialist: Specialist) -> None:
    connect(specialist)
    connect(specialist, URL + "?new", version=1)
    with pytest.raises(Outdated):
        connect(specialist, URL + "?newer", version=1)


def test_two_first_addresses_are_one_too_many(specialist: Specialist) -> None:
    connect(specialist)
    with pytest.raises(Outdated):
        connect(specialist)


def test_a_removed_calendar_leaves_its_time(specialist: Specialist) -> None:
    feed = connect(specialist)
    BusyTime.objects.create(feed=feed, starts_at=at(10), ends_at=at(11))
    remove_busy_feed(specialist=specialist, version=1, by=specialist.user)
    assert (BusyFeed.objects.count(), BusyTime.objects.count()) == (0, 0)


def test_a_calendar_is_not_removed_on_an_old_version(specialist: Specialist) -> None:
    connect(specialist)
    with pytest.raises(Outdated):
        remove_busy_feed(specialist=specialist, version=2, by=specialist.user)


@pytest.mark.parametrize("who", ["agent", "lead", "admin"])
def test_nobody_else_connects_a_calendar(world: World, who: str) -> None:
    with pytest.raises(Forbidden):
        set_busy_feed(specialist=world.specialists[0], url=URL, version=0, by=getattr(world, who), now=NOW)
