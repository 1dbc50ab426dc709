"""What the figures about channels and teams say."""

import datetime as dt
from decimal import Decimal

import time_machine

from availability.models import Channel
from callbacks.metrics.statistics import Point, Share, Signal
from callbacks.models import Contact
from callbacks.states import ContactResult
from frontoffice.presenters.lookback.figures import Figure, tenths
from frontoffice.presenters.lookback.page import look_back
from frontoffice.presenters.lookback.promises import SIGNALS, stands_out
from tests.factories import NOW, TeamFactory, World, at
from tests.frontoffice.conftest import Enter, text_of

LATER = NOW + dt.timedelta(days=7)


def figure(world: World, slug: str) -> Figure:
    return look_back(user=world.lead, asked={"weeks": "4"}, now=LATER).figure(slug)


def contact(world: World, channel: Channel, **more: object) -> None:
    fields = {"result": ContactResult.SOLVED, "at": at(10), **more}
    Contact.objects.create(channel=channel, agent=world.agent, topic=world.topic, **fields)


def test_each_channel_of_a_topic_has_its_share_and_its_mark(world: World) -> None:
    world.topic.preferred_channels, world.topic.discouraged_channels = ["phone"], ["webcare"]
    world.topic.save()
    for channel in (Channel.PHONE, Channel.PHONE, Channel.PHONE, Channel.CHAT):
        contact(world, channel)
    found = figure(world, "channels")
    assert found.finding == "75% (3 van 4) van de contactmomenten kwam via een voorkeurskanaal"
    assert found.table.rows == [
        [world.topic.name, "4", "75%, voorkeur", "0%, liever niet", "25%", "0%", "0%"]
    ]


def test_topics_without_a_preferred_channel_are_no_part_of_the_sentence(world: World) -> None:
    contact(world, Channel.PHONE)
    assert figure(world, "channels").finding == "niets te tellen"


def test_nothing_counted_has_no_empty_table(world: World, enter: Enter) -> None:
    with time_machine.travel(LATER, tick=False):
        page = enter(world.lead).get("/look-back/?weeks=4").content.decode()
    assert "/look-back/kept/csv/" in page
    assert "/look-back/channels/csv/" not in page
    assert "niets te tellen van" not in text_of(page)


def test_a_half_of_a_day_says_who_answered_and_who_called(world: World) -> None:
    for hour, reached in ((10, True), (11, False), (14, True)):
        contact(
            world,
            Channel.PHONE,
            at=at(hour),
            result=ContactResult.TRANSFERRED,
            transferred_to=world.specialists[0],
            reached=reached,
        )
    world.book(at(10))
    found = figure(world, "reachability")
    assert found.finding.startswith("67% (2 van 3)")
    team = world.team.name
    assert found.table.rows == [
        [f"{team}, ochtend", "50% (1 van 2)", "0% (0 van 1)"],
        [f"{team}, middag", "100% (1 van 1)", "niets te tellen"],
    ]


def test_a_month_stands_beside_what_was_agreed(world: World) -> None:
    world.team.agreed_hours, world.team.agreed_kept = Decimal(40), 90
    world.team.save()
    world.book(at(10))
    found = figure(world, "agreements")
    assert found.finding == "100% (1 van 1) van de maanden haalde de afgesproken uren"
    assert found.is_wide
    name = f"{world.team.name}, november 2026"
    assert found.table.rows == [[name, "40,0", "40,0", "0% (0 van 1)", "90%", "0% (0 van 1)"]]


def test_a_number_is_rounded_as_it_is_compared(db: None) -> None:
    assert [tenths(hours) for hours in (19.98, 0.04, 461.46)] == ["20,0", "0,0", "461,5"]


def test_a_team_of_somebody_else_is_in_no_figure(world: World) -> None:
    other = World()
    other.book(at(10))
    contact(other, Channel.PHONE)
    TeamFactory.create(agreed_hours=1)
    for slug in ("channels", "reachability"):
        assert figure(world, slug).table.rows == []
    assert len(figure(world, "agreements").table.rows) == 1


def test_weeks_in_a_row_that_stand_out_for_one_reason_are_said_together() -> None:
    signals: list[set[Signal]] = [{Signal.SHIFT}, {Signal.SHIFT}, set(), {Signal.OUTSIDE}, {Signal.SHIFT}]
    points = [Point(Share(), 0.0, 1.0, frozenset(one)) for one in signals]
    shifted, outside = SIGNALS[Signal.SHIFT], SIGNALS[Signal.OUTSIDE]
    assert stands_out(["wk 1", "wk 2", "wk 3", "wk 4", "wk 5"], points) == (
        f"wk 1 tot en met wk 2: {shifted}; wk 4: {outside}; wk 5: {shifted}"
    )
