"""The ladder of a promise that slips: at risk, broken, then somebody else. Each step once."""

import datetime as dt

import pytest

from availability.models import Absence, Specialist
from availability.models.organisation import EscalateTo
from callbacks import operations
from callbacks.models import Appointment, LogEntry, Message, Promise, Reservation
from callbacks.states import AttemptOutcome, MessageKind, NextStep, State, Verb
from callbacks.sweeps import SWEEPS
from tests.callbacks.holding import holding
from tests.factories import NOW, SpecialistFactory, World, at

SECOND = dt.timedelta(seconds=1)
# Promised from 10:00 to 10:30, broken at 10:40 with the team's grace.
BROKEN = at(10, 40) + SECOND


@pytest.fixture
def booked(world: World) -> Appointment:
    """Monday 10:00 with a team that escalates after a quarter of an hour; the specialist has a substitute."""
    world.team.escalate_after = 15
    world.team.save(update_fields=["escalate_after"])
    booked = world.book()
    stand_in(world, world.specialist())
    return booked


def stand_in(world: World, substitute: Specialist | None) -> None:
    """Make somebody, or nobody, the substitute of the first specialist."""
    world.specialists[0].substitute = substitute
    world.specialists[0].save(update_fields=["substitute"])


def climb(now: dt.datetime) -> list[int]:
    """What each step of the ladder handled."""
    return [SWEEPS[name].run_batch(now=now) for name in ("at_risk", "overdue", "escalation")]


def steps() -> list[str]:
    ladder = [Verb.FLAG_AT_RISK, Verb.FLAG_OVERDUE, Verb.ESCALATE]
    return list(LogEntry.objects.filter(verb__in=ladder, by=None).values_list("verb", flat=True))


def test_each_step_comes_at_its_moment_and_once(world: World, booked: Appointment) -> None:
    moments = [at(9, 30), BROKEN, at(10, 55)]
    assert [climb(moment - SECOND) for moment in moments[:1]] == [[0, 0, 0]]
    assert [climb(moment) for moment in moments] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert [climb(at(hour)) for hour in (11, 12, 13)] == [[0, 0, 0]] * 3
    assert steps() == [Verb.FLAG_AT_RISK, Verb.FLAG_OVERDUE, Verb.ESCALATE]


def test_the_specialist_is_alerted_while_there_is_time(world: World, booked: Appointment) -> None:
    climb(at(9, 30))
    told = Message.objects.get(kind=MessageKind.SPECIALIST_AT_RISK, channel="email")
    assert (told.recipient, told.promise) == (world.person.email, booked.promises.get())


def test_what_is_confirmed_is_not_at_risk(world: World, booked: Appointment) -> None:
    operations.confirm(appointment=booked, version=booked.version, by=world.person, now=NOW)
    assert climb(at(9, 45)) == [0, 0, 0]


def test_what_was_confirmed_between_look_and_lock_is_not_flagged(world: World, booked: Appointment) -> None:
    operations.confirm(appointment=booked, version=booked.version, by=world.person, now=NOW)
    keys = [booked.promises.get().pk]
    assert operations.flag_at_risk(promise_ids=keys, now=at(9, 45)) == 0


def test_a_colleague_who_takes_over_late_is_watched_too(world: World, booked: Appointment) -> None:
    confirmed = operations.confirm(appointment=booked, version=booked.version, by=world.person, now=NOW)
    operations.decline(
        appointment=confirmed, version=confirmed.version, reason="Ill", by=world.person, now=at(9, 40)
    )
    assert climb(at(9, 45)) == [1, 0, 0]


def test_at_short_notice_the_alert_waits_for_half_of_the_way(world: World) -> None:
    world.book(at(10), now=at(9, 40))
    assert Promise.objects.get().at_risk_at == at(9, 50)


def test_the_team_says_how_long_before(world: World) -> None:
    world.team.at_risk_within = 10
    world.team.save(update_fields=["at_risk_within"])
    world.book()
    assert Promise.objects.get().at_risk_at == at(9, 50)


def test_the_substitute_gets_the_call_and_is_asked(world: World, booked: Appointment) -> None:
    substitute = world.specialist()
    stand_in(world, substitute)
    climb(BROKEN)
    climb(at(10, 55))
    after = Appointment.objects.get(pk=booked.pk)
    assert (after.specialist, after.state, after.starts_at) == (substitute, State.SCHEDULED, at(10))
    assert not Reservation.objects.exists()
    asked = Message.objects.filter(kind=MessageKind.SPECIALIST_GIVEN, channel="email").latest("pk")
    assert asked.recipient == substitute.user.email


def test_who_stands_in_during_an_absence_goes_before_the_usual_substitute(
    world: World, booked: Appointment
) -> None:
    for_now, for_later = world.specialist(), world.specialist()
    one = {"specialist": world.specialists[0]}
    Absence.objects.create(**one, substitute=for_later, starts_at=at(12), ends_at=at(13))
    Absence.objects.create(**one, substitute=for_now, starts_at=at(10, 30), ends_at=at(12))
    climb(BROKEN)
    climb(at(10, 55))
    assert Appointment.objects.get(pk=booked.pk).specialist == for_now


def test_the_log_names_both(world: World, booked: Appointment) -> None:
    climb(BROKEN)
    climb(at(10, 55))
    entry = LogEntry.objects.get(verb=Verb.ESCALATE)
    substitute = world.specialists[0].substitute
    assert (entry.details["previous"], entry.details["specialist"]) == (str(world.person), str(substitute))


@pytest.mark.parametrize("lack", ["none", "inactive", "closed account", "other team"])
def test_without_a_substitute_at_work_it_stands_on_the_worklist(
    world: World, booked: Appointment, lack: str
) -> None:
    substitute = SpecialistFactory.create() if lack == "other team" else world.specialist()
    substitute.is_active = lack != "inactive"
    substitute.save(update_fields=["is_active"])
    substitute.user.is_active = lack != "closed account"
    substitute.user.save(update_fields=["is_active"])
    stand_in(world, None if lack == "none" else substitute)
    climb(BROKEN)
    climb(at(10, 55))
    after = Appointment.objects.get(pk=booked.pk)
    assert (after.specialist, after.state, after.next_action_at) == (None, State.TO_REBOOK, at(10, 55))


def test_a_team_may_want_the_worklist_at_once(world: World, booked: Appointment) -> None:
    world.team.escalate_to = EscalateTo.WORKLIST
    world.team.save(update_fields=["escalate_to"])
    climb(BROKEN)
    climb(at(10, 55))
    assert Appointment.objects.get(pk=booked.pk).state == State.TO_REBOOK


def test_the_promise_stays_broken_and_open_until_a_call(world: World, booked: Appointment) -> None:
    climb(BROKEN)
    climb(at(10, 55))
    promise = Promise.objects.get()
    assert (promise.ended_at, promise.escalate_at, promise.is_overdue(at(11))) == (None, None, True)


def test_whoever_called_in_between_keeps_it(world: World, booked: Appointment) -> None:
    climb(BROKEN)
    operations.log_attempt(
        appointment=booked,
        version=booked.version,
        started_at=at(10, 45),
        outcome=AttemptOutcome.SPOKEN_DONE,
        next_step=NextStep.CLOSE,
        by=world.person,
        now=at(10, 50),
    )
    assert climb(at(10, 55)) == [0, 0, 0]


def test_whoever_is_calling_now_keeps_it(world: World, booked: Appointment) -> None:
    climb(BROKEN)
    operations.begin_call(appointment=booked, version=booked.version, by=world.person, now=at(10, 54))
    assert [climb(at(10, 55)), climb(at(11, 53))] == [[0, 0, 1], [0, 0, 0]]
    kept = Appointment.objects.get(pk=booked.pk)
    assert (kept.specialist, kept.version) == (world.specialists[0], booked.version)


def test_of_a_call_that_nobody_logged_nothing_is_expected_after_an_hour(
    world: World, booked: Appointment
) -> None:
    climb(BROKEN)
    operations.begin_call(appointment=booked, version=booked.version, by=world.person, now=at(10, 54))
    climb(at(10, 55))
    assert climb(at(11, 54)) == [0, 0, 1]
    assert Appointment.objects.get(pk=booked.pk).specialist == world.specialists[0].substitute


def test_what_stands_on_the_worklist_already_stays_there(world: World, booked: Appointment) -> None:
    climb(BROKEN)
    sent_back = operations.send_back(
        appointment=booked, version=booked.version, reason="Full", by=world.person, now=at(10, 45)
    )
    assert climb(at(10, 55)) == [0, 0, 1]
    assert climb(at(11)) == [0, 0, 0]
    assert Appointment.objects.get(pk=booked.pk).version == sent_back.version
    assert Verb.ESCALATE not in steps()


def test_a_team_without_the_rule_leaves_it_with_the_specialist(world: World) -> None:
    world.book()
    climb(BROKEN)
    assert Promise.objects.get().escalate_at is None


@pytest.mark.django_db(transaction=True)
def test_what_somebody_is_changing_now_is_left_to_the_next_look() -> None:
    world = World()
    world.team.escalate_after = 15
    world.team.save(update_fields=["escalate_after"])
    booked = world.book()
    climb(BROKEN)
    with holding(Appointment.objects.filter(pk=booked.pk)):
        SWEEPS["escalation"].run_batch(now=at(10, 55))
        assert Promise.objects.get().escalate_at == at(10, 55)
    assert climb(at(10, 56)) == [0, 0, 1]
