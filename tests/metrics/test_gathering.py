"""What is read once for a page is what each figure would read by itself."""

import re
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callbacks.metrics import agreements, capacity, contacts, promises
from callbacks.metrics.agreements import WORKED
from callbacks.metrics.contacts import MADE
from callbacks.metrics.daily import gathered
from callbacks.metrics.promises import DUE
from callbacks.metrics.scope import Scope
from callbacks.models import AvoidableReason, Reservation
from callbacks.states import ContactResult
from tests.factories import NOW
from tests.metrics.histories import DAY, MINUTE, History

pytestmark = pytest.mark.django_db


def figures(scope: Scope) -> list[Any]:
    """Some of everything that is counted."""
    return [
        promises.kept(scope),
        promises.lateness(scope),
        promises.lateness_reached(scope, minutes=[0, 15]),
        promises.lead_time(scope),
        promises.attempts(scope),
        promises.kept_by_half(scope),
        contacts.unmet_demand(scope),
        contacts.asking(scope),
        contacts.resolution(scope),
        contacts.answers(scope),
        contacts.transfers(scope),
        contacts.refused(scope),
        contacts.reasons(scope),
        capacity.capacity(scope),
        capacity.ahead(scope),
        agreements.by_month(scope),
        agreements.booking_times(scope),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_figures_are_the_same_from_what_waits(seed: int) -> None:
    history = History(Random(seed))
    scope = replace(history.scope(), monday=history.scope().mondays[1], weeks=2)
    scopes = [
        scope,
        scope.before(),
        replace(scope, topic=history.world.topic.pk),
        replace(scope, channel="phone"),
        replace(scope, half="am"),
        # Other rows than those that wait.
        replace(scope, monday=scope.before().before().monday),
        replace(scope, weeks=3),
    ]
    alone = [figures(one) for one in scopes]
    compared = scope.together_with(scope.before())
    with gathered(compared, MADE), gathered(compared.together_with(scope.in_months()), DUE, WORKED):
        assert [figures(one) for one in scopes] == alone
    assert figures(scope) == alone[0]


def two_teams() -> list[History]:
    """Two teams that handle a topic together, and each of which the other one passes calls on to."""
    first, second = pasts = [History(Random(seed)) for seed in (1, 2)]
    second.world.topic.teams.add(first.world.team)
    reasons = [AvoidableReason.objects.create(name=name) for name in ("Letter", "Website")]
    for past, other in zip(pasts, reversed(pasts), strict=True):
        for number in range(4):
            given = {"avoidable": True, "avoidable_reason": reasons[number // 3]}
            past.contact(ContactResult.SOLVED, past.moment(), topic=past.topics[1], **given)
            to = {"transferred_to": other.world.specialists[0], "reached": True}
            past.contact(ContactResult.TRANSFERRED, past.moment(), topic=past.topics[number % 2], **to)
        starts_at = NOW + 7 * DAY
        Reservation.objects.create(
            appointment=past.appointments[0],
            specialist=past.world.specialists[0],
            starts_at=starts_at,
            ends_at=starts_at + 30 * MINUTE,
        )
    return pasts


def test_what_waits_of_several_teams_answers_for_one_and_is_not_read_again() -> None:
    pasts = two_teams()
    both = replace(pasts[0].scope(), teams=tuple(past.world.team.pk for past in pasts))
    scopes = [past.scope(half=half) for past in pasts for half in ("", "am")]
    scopes += [both, *(replace(past.scope(), topic=pasts[1].world.topic.pk) for past in pasts)]
    alone = [figures(one) for one in scopes]
    with gathered(both.in_months(), DUE, WORKED), gathered(both, MADE):
        for scope, expected in zip(scopes, alone, strict=True):
            with CaptureQueriesContext(connection) as captured, gathered(scope, DUE, MADE, WORKED):
                assert figures(scope) == expected
            assert not [one["sql"] for one in captured if "CREATE TEMPORARY" in one["sql"]]


def test_what_waits_of_a_part_does_not_answer_for_the_whole() -> None:
    past = History(Random(1))
    scope = past.scope()
    alone = figures(scope)
    for part in (
        replace(scope, half="am"),
        replace(scope, channel="phone"),
        replace(scope, topic=past.world.topic.pk),
        replace(scope, teams=()),
        replace(scope, monday=scope.mondays[1], weeks=2),
        replace(scope, weeks=2),
        replace(scope, now=scope.now - 3 * DAY),
    ):
        with gathered(part, DUE, MADE, WORKED):
            assert figures(scope) == alone
            with gathered(scope, DUE, MADE, WORKED):
                assert figures(scope) == alone


def test_the_tables_are_not_read_again_and_nothing_is_counted_twice() -> None:
    scope = History(Random(1)).scope()
    compared = scope.together_with(scope.before())
    with gathered(compared, DUE, MADE), CaptureQueriesContext(connection) as captured:
        promises.kept(scope)
        contacts.unmet_demand(scope)
        asked_for = len(captured)
        promises.kept(scope.before())
        promises.kept_by_half(scope)
        contacts.asking(scope)
    assert len(captured) == asked_for
    tables = re.compile(r"callbacks_(promise|attempt|appointment|contact)\b")
    assert [one["sql"] for one in captured if tables.search(one["sql"])] == []


def test_nothing_is_left_behind() -> None:
    scope = History(Random(1)).scope()
    for _twice in range(2):
        with gathered(scope, DUE, MADE):
            promises.kept(scope)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'gathered%'")
        assert cursor.fetchone() == (0,)
