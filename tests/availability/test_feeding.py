"""Calendars elsewhere: read when due, the last good copy kept, and no slot where they say busy."""

import datetime as dt
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from itertools import pairwise

import pytest
from django.test import override_settings

from availability.feeding import EVERY, LONGEST_PAUSE, READ_WHOLE_EVERY, read, read_due
from availability.models import BusyFeed, BusyTime
from callbacks.queries.slots import free_slots
from tests.factories import NOW, World, at

EVENT = """BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:a\r
DTSTAMP:20261101T080000Z\r\nDTSTART:20261123T{start}00Z\r\nDTEND:20261123T{end}00Z\r\nEND:VEVENT\r
END:VCALENDAR\r\n"""
TEN_TO_ELEVEN = EVENT.format(start="0900", end="1000").encode()
NOON_TO_ONE = EVENT.format(start="1100", end="1200").encode()


class Elsewhere(ThreadingHTTPServer):
    """A calendar server: what it says, under which tag, and how often it was asked."""

    daemon_threads = True
    text = TEN_TO_ELEVEN
    status = 200
    asked = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/agenda.ics"


class Handler(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        self.server.asked += 1
        tag = f'"{hash(self.server.text)}"'
        same = self.server.status == 200 and self.headers.get("If-None-Match") == tag
        body = b"" if same else self.server.text
        self.send_response(304 if same else self.server.status)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    running = Elsewhere(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, args=[0.05])
    thread.start()
    with override_settings(CALENDAR_NETWORKS=[ip_network("127.0.0.0/8")]):
        yield running
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def feed(world: World, elsewhere: Elsewhere) -> BusyFeed:
    return BusyFeed.objects.create(specialist=world.specialists[0], url=elsewhere.address, look_at=NOW)


def is_free(world: World, start: dt.datetime) -> bool:
    end = start + dt.timedelta(minutes=1)
    return bool(free_slots(topic=world.topic, start=start, end=end, now=NOW))


def test_busy_time_elsewhere_cannot_be_booked(world: World, feed: BusyFeed) -> None:
    before = is_free(world, at(10))
    read_due(now=NOW, size=10)
    assert (before, is_free(world, at(10)), is_free(world, at(11))) == (True, False, True)


def test_a_colleague_stays_free(feed: BusyFeed, world: World) -> None:
    world.specialist()
    read_due(now=NOW, size=10)
    assert is_free(world, at(10))


def test_what_changed_elsewhere_replaces_what_was_known(
    world: World, feed: BusyFeed, elsewhere: Elsewhere
) -> None:
    read_due(now=NOW, size=10)
    elsewhere.text = NOON_TO_ONE
    read_due(now=NOW + EVERY, size=10)
    assert (is_free(world, at(10)), is_free(world, at(12))) == (True, False)


def test_what_has_not_changed_is_not_stored_again(feed: BusyFeed) -> None:
    read_due(now=NOW, size=10)
    stored = BusyTime.objects.get().pk
    read_due(now=NOW + EVERY, size=10)
    assert BusyTime.objects.get().pk == stored


def test_even_what_has_not_changed_is_read_whole_once_a_day(feed: BusyFeed) -> None:
    read_due(now=NOW, size=10)
    read_due(now=NOW + READ_WHOLE_EVERY, size=10)
    feed.refresh_from_db()
    assert feed.read_at == NOW + READ_WHOLE_EVERY


def test_a_calendar_is_read_every_ten_minutes(feed: BusyFeed, elsewhere: Elsewhere) -> None:
    for minutes in (0, 5, 9, 10, 15):
        read_due(now=NOW + dt.timedelta(minutes=minutes), size=10)
    assert elsewhere.asked == 2


@pytest.mark.parametrize(("status", "text"), [(500, TEN_TO_ELEVEN), (200, b"<html>Sign in</html>")])
def test_the_last_good_copy_holds_when_the_calendar_cannot_be_read(
    world: World, feed: BusyFeed, elsewhere: Elsewhere, status: int, text: bytes
) -> None:
    read_due(now=NOW, size=10)
    elsewhere.status, elsewhere.text = status, text
    read_due(now=NOW + EVERY, size=10)
    feed.refresh_from_db()
    assert (is_free(world, at(10)), feed.seen_at, bool(feed.error)) == (False, NOW, True)


def test_an_answer_takes_the_error_away(feed: BusyFeed, elsewhere: Elsewhere) -> None:
    elsewhere.status = 500
    read_due(now=NOW, size=10)
    elsewhere.status = 200
    read_due(now=NOW + EVERY, size=10)
    feed.refresh_from_db()
    assert (feed.error, feed.failures, feed.failing_since) == ("", 0, None)


def test_it_is_known_since_when_a_calendar_cannot_be_read(feed: BusyFeed, elsewhere: Elsewhere) -> None:
    elsewhere.status = 500
    for tries in range(3):
        read_due(now=NOW + tries * EVERY * 4, size=10)
    feed.refresh_from_db()
    assert (feed.failures, feed.failing_since) == (3, NOW)


def test_a_calendar_that_keeps_failing_is_asked_less_often(feed: BusyFeed, elsewhere: Elsewhere) -> None:
    elsewhere.status, moments = 500, [NOW]
    for _failure in range(9):
        read_due(now=moments[-1], size=10)
        feed.refresh_from_db()
        moments.append(feed.look_at)
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert (pauses[:3], pauses[-1]) == ([EVERY, 2 * EVERY, 4 * EVERY], LONGEST_PAUSE)


def test_what_was_read_at_an_address_that_was_replaced_is_not_kept(feed: BusyFeed) -> None:
    replaced = BusyFeed.objects.select_related("specialist__team").get()
    BusyFeed.objects.update(version=2)
    read(replaced, now=NOW)
    assert BusyTime.objects.count() == 0


def test_two_workers_read_a_calendar_once(feed: BusyFeed, elsewhere: Elsewhere) -> None:
    read_due(now=NOW, size=10)
    BusyFeed.objects.update(look_at=NOW + EVERY)
    assert (read_due(now=NOW, size=10), elsewhere.asked) == (0, 1)


def test_at_most_so_many_are_read_at_once(feed: BusyFeed, world: World, elsewhere: Elsewhere) -> None:
    BusyFeed.objects.create(specialist=world.specialist(), url=elsewhere.address, look_at=NOW)
    assert (read_due(now=NOW, size=1), elsewhere.asked) == (1, 1)
