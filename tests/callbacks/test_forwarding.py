"""Forwarding: one record and one reference; the window stays when the receiver can keep it."""

import datetime as dt
from typing import Any

import pytest

from availability.models import Absence, BusyFeed, BusyTime, Specialist, Team
from callbacks import operations
from callbacks.errors import Forbidden, Invalid, Stale
from callbacks.messages.rules import is_still_true
from callbacks.models import Appointment, LogEntry, Message, Promise, Reservation
from callbacks.states import AttemptOutcome, MessageKind, NextStep, State, Verb
from tests.factories import NOW, SpecialistFactory, TeamFactory, TopicFactory, WindowFactory, World, at


@pytest.fixture
def other(world: World) -> Team:
    """Another team that handles the topic; nobody works there yet."""
    team = TeamFactory.create(name="Parkeren", minimum_notice=0)
    world.topic.teams.add(team)
    return team


def person(team: Team, world: World, **fields: Any) -> Specialist:
    """Somebody of a team, there on Monday mornings, who knows the topic."""
    one = SpecialistFactory.create(team=team, topics=[world.topic], **fields)
    WindowFactory.create(specialist=one)
    return one


def booked(world: World, starts_at: dt.datetime | None = None) -> Appointment:
    """An appointment of the first team's specialist."""
    return world.book(starts_at, specialist=world.specialists[0])


def forward(world: World, made: Appointment, to: Team | Specialist, **given: Any) -> Appointment:
    wanted: dict[str, Any] = {"by": world.person, "reason": "Parking", "now": NOW} | given
    return operations.forward(appointment=made, version=made.version, to=to, **wanted)


def test_a_team_with_somebody_free_keeps_the_window(world: World, other: Team) -> None:
    receiver, made = person(other, world), booked(world)
    after = forward(world, made, other)
    assert (after.reference, after.team, after.specialist) == (made.reference, other, receiver)
    assert (after.state, after.starts_at) == (State.SCHEDULED, made.starts_at)
    assert Reservation.objects.get().specialist == receiver


def test_the_promise_stays_the_same_one(world: World, other: Team) -> None:
    person(other, world)
    made = booked(world)
    promise = Promise.objects.get()
    forward(world, made, other)
    assert Promise.objects.get() == promise
    assert Promise.objects.get().ended_at is None


def test_a_person_of_another_team_need_not_know_the_topic(world: World, other: Team) -> None:
    receiver = person(other, world)
    receiver.topics.clear()
    assert forward(world, booked(world), receiver).specialist == receiver


def test_of_a_team_somebody_who_knows_the_topic_takes_it(world: World, other: Team) -> None:
    person(other, world).topics.clear()
    assert forward(world, booked(world), other).state == State.TO_REBOOK


def take_the_time(receiver: Specialist, world: World, how: str) -> None:
    """Let the receiver be unable to keep ten o'clock."""
    if how == "busy":
        world.book(specialist=receiver)
    elif how == "absent":
        Absence.objects.create(specialist=receiver, starts_at=at(10), ends_at=at(11))
    elif how == "busy elsewhere":
        feed = BusyFeed.objects.create(specialist=receiver, url="https://example.org/a.ics", look_at=NOW)
        BusyTime.objects.create(feed=feed, starts_at=at(10), ends_at=at(11))
    else:
        receiver.windows.all().delete()


@pytest.mark.parametrize("how", ["busy", "absent", "busy elsewhere", "not published"])
@pytest.mark.parametrize("named", [True, False])
def test_without_free_time_the_front_office_agrees_a_new_one(
    world: World, other: Team, how: str, *, named: bool
) -> None:
    receiver, made = person(other, world), booked(world)
    take_the_time(receiver, world, how)
    after = forward(world, made, receiver if named else other)
    assert (after.state, after.team, after.specialist) == (State.TO_REBOOK, other, None)
    assert after.next_action_at == NOW
    assert not Reservation.objects.filter(appointment=made).exists()


def test_an_hour_that_is_past_is_not_kept(world: World, other: Team) -> None:
    receiver, made = person(other, world), booked(world)
    assert forward(world, made, receiver, now=at(11)).state == State.TO_REBOOK


def test_who_is_given_it_is_asked_to_confirm(world: World, other: Team) -> None:
    receiver, made = person(other, world), booked(world)
    forward(world, made, other)
    asked = Message.objects.filter(recipient=receiver.user.email)
    assert [one.kind for one in asked] == [MessageKind.SPECIALIST_GIVEN]


def test_the_booker_hears_that_a_new_time_is_needed(world: World, other: Team) -> None:
    forward(world, booked(world), other)
    told = Message.objects.filter(kind=MessageKind.AGENT_TO_REBOOK, channel="email")
    assert [one.recipient for one in told] == [world.agent.email]


def told_to_teams() -> list[tuple[str, str]]:
    """By which way and to whom it was said that nobody of a team can call."""
    found = Message.objects.filter(kind=MessageKind.TEAM_UNTAKEN).order_by("channel", "pk")
    return list(found.values_list("channel", "recipient"))


def test_a_team_where_nobody_is_free_reads_it_in_its_mailbox_and_the_leads_in_their_list(
    world: World, other: Team
) -> None:
    other.leads.add(world.lead)
    forward(world, booked(world), other)
    assert told_to_teams() == [("app", world.lead.name), ("email", other.mailbox)]


def test_without_a_mailbox_the_leads_get_the_mail(world: World, other: Team) -> None:
    other.leads.add(world.lead)
    Team.objects.filter(pk=other.pk).update(mailbox="")
    forward(world, booked(world), Team.objects.get(pk=other.pk))
    assert told_to_teams()[1:] == [("email", world.lead.email)]


def test_a_team_is_told_once(world: World, other: Team) -> None:
    made = booked(world)
    forward(world, made, other)
    with pytest.raises(Stale):
        forward(world, Appointment(pk=made.pk, version=1, team=world.team, specialist=made.specialist), other)
    assert told_to_teams() == [("email", other.mailbox)]


def test_of_the_worklist_the_new_team_hears_too(world: World, other: Team) -> None:
    back = operations.send_back(
        appointment=booked(world), version=1, reason="Parking", by=world.person, now=NOW
    )
    assert told_to_teams() == []
    forward(world, back, other, by=world.agent)
    assert told_to_teams() == [("email", other.mailbox)]


def test_a_team_with_somebody_free_is_told_nothing(world: World, other: Team) -> None:
    person(other, world)
    forward(world, booked(world), other)
    assert told_to_teams() == []


def test_a_team_can_leave_that_out(world: World, other: Team) -> None:
    Team.objects.filter(pk=other.pk).update(muted_messages=[MessageKind.TEAM_UNTAKEN])
    forward(world, booked(world), Team.objects.get(pk=other.pk))
    assert told_to_teams() == []


def test_a_team_that_it_left_again_is_told_nothing_any_more(world: World, other: Team) -> None:
    third, made = TeamFactory.create(minimum_notice=0), booked(world)
    world.topic.teams.add(third)
    forward(world, forward(world, made, other), third, by=world.agent)
    told = Message.objects.filter(kind=MessageKind.TEAM_UNTAKEN, channel="email").order_by("pk")
    assert [(one.recipient, is_still_true(one)) for one in told] == [
        (other.mailbox, False),
        (third.mailbox, True),
    ]


def test_the_log_tells_from_whom_to_whom_and_why(world: World, other: Team) -> None:
    receiver, made = person(other, world), booked(world)
    forward(world, made, other)
    entry = LogEntry.objects.get(verb=Verb.FORWARD)
    assert (entry.by, entry.reason, entry.from_state) == (world.person, "Parking", State.SCHEDULED)
    assert entry.details == {
        "previous": str(world.specialists[0]),
        "previous_team": world.team.name,
        "team": "Parkeren",
        "specialist": str(receiver),
    }


def test_the_term_for_confirming_is_the_new_team_s(world: World, other: Team) -> None:
    Team.objects.filter(pk=other.pk).update(confirm_within=20)
    other.refresh_from_db()
    receiver, made = person(other, world), booked(world)
    assert forward(world, made, receiver).confirm_by == NOW + dt.timedelta(minutes=20)


def test_a_team_that_does_not_handle_the_topic_needs_another(world: World) -> None:
    stranger = TeamFactory.create()
    with pytest.raises(Invalid) as refusal:
        forward(world, booked(world), stranger)
    assert refusal.value.field == "topic"


def test_the_right_topic_comes_along(world: World) -> None:
    team = TeamFactory.create(minimum_notice=0)
    topic = TopicFactory.create(teams=[team])
    receiver = person(team, world)
    receiver.topics.set([topic])
    after = forward(world, booked(world), team, topic=topic)
    after.refresh_from_db()
    assert (after.topic, after.specialist, after.team) == (topic, receiver, team)


def test_a_planned_call_goes_along_to_a_person(world: World, other: Team) -> None:
    receiver, made = person(other, world), booked(world, at(9))
    called = operations.log_attempt(
        appointment=made,
        version=1,
        started_at=at(9),
        outcome=AttemptOutcome.NO_ANSWER,
        next_step=NextStep.TRY_AGAIN,
        next_at=at(11),
        by=world.person,
        now=at(9),
    )
    after = forward(world, called, receiver, now=at(9, 5))
    assert (after.state, after.specialist, after.next_action_at) == (State.SCHEDULED, receiver, at(11))


def test_on_the_worklist_it_goes_to_the_team_and_stays_claimed(world: World, other: Team) -> None:
    made = booked(world)
    back = operations.send_back(appointment=made, version=1, reason="Parking", by=world.person, now=NOW)
    claimed = operations.claim(appointment=back, version=2, by=world.agent, now=NOW)
    after = forward(world, claimed, other, by=world.agent)
    assert (after.state, after.team, after.claimed_by) == (State.TO_REBOOK, other, world.agent)
    assert Message.objects.filter(kind=MessageKind.AGENT_TO_REBOOK, channel="email").count() == 1


def test_a_colleague_of_the_same_team_may_be_named(world: World) -> None:
    made, colleague = booked(world), world.specialist()
    assert forward(world, made, colleague).specialist == colleague


@pytest.mark.parametrize("who", ["own team", "same person", "closed team", "left", "account closed"])
def test_some_receivers_are_refused(world: World, other: Team, who: str) -> None:
    made, gone, locked = booked(world), person(other, world, is_active=False), person(other, world)
    locked.user.is_active = False
    closed = TeamFactory.build(pk=other.pk, is_active=False)
    to: dict[str, Team | Specialist] = {
        "own team": world.team,
        "same person": world.specialists[0],
        "closed team": closed,
        "left": gone,
        "account closed": locked,
    }
    with pytest.raises(Invalid) as refusal:
        forward(world, made, to[who])
    assert refusal.value.field == "to"


def test_it_needs_a_reason(world: World, other: Team) -> None:
    with pytest.raises(Invalid):
        forward(world, booked(world), other, reason="  ")


def test_an_old_version_is_told_who_was_first(world: World, other: Team) -> None:
    made = booked(world)
    operations.confirm(appointment=made, version=1, by=world.person, now=NOW)
    with pytest.raises(Stale):
        forward(world, made, other)


def test_the_front_office_does_not_forward_what_has_an_owner(world: World, other: Team) -> None:
    with pytest.raises(Forbidden):
        forward(world, booked(world), other, by=world.agent)


def test_of_two_for_one_free_hour_the_second_goes_to_the_front_office(world: World, other: Team) -> None:
    receiver = person(other, world)
    first, second = booked(world), world.book(specialist=world.specialist())
    forward(world, first, receiver)
    assert forward(world, second, receiver, by=world.admin).state == State.TO_REBOOK
    assert Reservation.objects.filter(specialist=receiver).count() == 1
