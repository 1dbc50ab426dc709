"""The agreement of a team, on the availability page of whoever answers for it."""

import re
from decimal import Decimal

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from availability.models import Team
from callbacks import operations
from callbacks.states import AttemptOutcome, NextStep
from tests.factories import World, at


def shown(user: User, world: World) -> str:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    with time_machine.travel(at(17), tick=False):
        answer = client.get("/availability/", {"specialist": world.specialists[0].pk})
    found = re.search(r'aria-labelledby="agreement-title".*?</section>', answer.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group())) if found else ""


def agree(world: World, hours: str) -> None:
    world.team.agreed_hours = Decimal(hours)
    world.team.save(update_fields=["agreed_hours"])


@pytest.mark.parametrize("who", ["lead", "admin"])
def test_whoever_answers_for_the_team_sees_it(world: World, who: str) -> None:
    assert world.team.name in shown(getattr(world, who), world)


def test_a_specialist_does_not(world: World) -> None:
    assert shown(world.person, world) == ""


def test_a_lead_who_calls_for_another_team_does_not_see_that_one(world: World) -> None:
    other = World()
    own = other.specialists[0]
    own.user = world.lead
    own.save(update_fields=["user"])
    assert shown(world.lead, other) == ""


def test_hours_as_agreed_and_too_few_are_told_apart(world: World) -> None:
    agree(world, "40")
    text = shown(world.lead, world)
    # In the fourth week is Christmas.
    assert (text.count("as agreed"), text.count("too little")) == (3, 1)


def test_without_an_agreement_the_hours_are_shown_alone(world: World) -> None:
    text = shown(world.lead, world)
    assert "40.0" in text
    assert "No hours have been agreed" in text
    assert "too little" not in text


def test_a_share_of_few_is_said_to_be_small(world: World) -> None:
    booked = world.book()
    operations.log_attempt(
        appointment=booked,
        version=1,
        started_at=at(10),
        outcome=AttemptOutcome.SPOKEN_DONE,
        next_step=NextStep.CLOSE,
        by=world.person,
        now=at(10),
    )
    assert re.search(r"promises kept 100% \(n = 1, small number\)", shown(world.lead, world))


@pytest.mark.parametrize(("share", "said"), [(100, "✓ as agreed"), (0, "▲ too little")])
def test_what_was_kept_stands_beside_what_was_agreed(world: World, share: int, said: str) -> None:
    Team.objects.update(agreed_kept=90)
    booked = world.book()
    if share:
        operations.log_attempt(
            appointment=booked,
            version=1,
            started_at=at(10),
            outcome=AttemptOutcome.SPOKEN_DONE,
            next_step=NextStep.CLOSE,
            by=world.person,
            now=at(10),
        )
    text = shown(world.lead, world)
    assert f"promises kept {share}% (n = 1, small number) Agreed: 90%. {said}" in text


def test_an_agreed_share_stands_alone_when_nothing_was_due(world: World) -> None:
    Team.objects.update(agreed_kept=90)
    text = shown(world.lead, world)
    assert "promises kept nothing to count Agreed: 90%." in text
    assert "as agreed" not in text


def test_nothing_to_count_has_no_percentage(world: World) -> None:
    assert "%" not in shown(world.lead, world)


def test_it_takes_as_many_queries_for_three_people_as_for_one(db: None) -> None:
    counts = []
    for capacity in (1, 3):
        world = World(capacity=capacity)
        agree(world, "40")
        with CaptureQueriesContext(connection) as queries:
            shown(world.lead, world)
        counts.append(len(queries))
    assert counts[0] == counts[1]
