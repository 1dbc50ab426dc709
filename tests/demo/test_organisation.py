"""The loaded demo organisation: complete, consistent, and nobody in it can be called."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

import phonenumbers
import pytest
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from pytest_django import DjangoDbBlocker

from accounts.models import Role, User
from availability.models import Absence, Closure, Specialist, Team, Topic, WindowException
from availability.queries import free_slots
from callbacks.metrics.capacity import capacity
from callbacks.metrics.contacts import unmet_demand
from callbacks.metrics.promises import kept
from callbacks.metrics.scope import A_WEEK, Scope, monday_of
from callbacks.models import (
    Appointment,
    Attempt,
    AvoidableReason,
    Contact,
    Customer,
    Improvement,
    LogEntry,
    Message,
    Promise,
    Reservation,
)
from callbacks.queries.handling import booking_times
from callbacks.queries.lists import board, own_list
from callbacks.queries.made import made_by, unread_count
from callbacks.reminders import next_reminder
from callbacks.states import (
    CLOSED,
    NEXT_STEPS,
    OPEN,
    OWNED,
    TRANSITIONS,
    AttemptOutcome,
    ContactResult,
    MessageState,
    NextStep,
    PromiseOutcome,
    RefusalReason,
    State,
    Verb,
)
from demo.catalogue import REASONS
from demo.loading import USUAL, load
from demo.names import FICTION_RANGES, NUMBERS, phone, reference
from demo.organisation import PASSWORD

NOW = dt.datetime(2026, 11, 24, 9, 7, tzinfo=dt.UTC)
A_DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo at its usual size, loaded once for this module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(seed=1, size=USUAL, now=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper() -> None:
    """Nothing around each test: the transaction around them all will do."""


def test_it_has_the_size_that_was_promised() -> None:
    assert (Team.objects.count(), Specialist.objects.count(), Topic.objects.count()) == (6, 40, 25)
    assert Appointment.objects.count() == USUAL


@pytest.mark.parametrize(
    ("username", "role"),
    [
        ("agent", Role.AGENT),
        ("specialist", Role.SPECIALIST),
        ("lead", Role.LEAD),
        ("admin", Role.ADMINISTRATOR),
    ],
)
def test_each_role_can_sign_in(username: str, role: Role) -> None:
    user = User.objects.get(username=username)
    assert (user.role, user.check_password(PASSWORD)) == (role, True)


def test_nobody_else_can_sign_in() -> None:
    others = User.objects.exclude(username__in=["agent", "specialist", "lead", "admin"])
    assert not [user for user in others if user.has_usable_password()]


def test_every_topic_tells_the_agent_what_to_do_and_is_known_by_somebody() -> None:
    for topic in Topic.objects.prefetch_related("teams", "specialists"):
        assert topic.guidance.startswith("**Zelf te beantwoorden:**")
        assert "**Vraag eerst:**\n\n- " in topic.guidance
        assert f'<a href="https://example.org/{topic.slug}"' in topic.guidance_html
        assert topic.specialists.filter(team__in=topic.teams.all()).count() >= 2


def test_there_are_part_timers_absences_closing_days_and_exceptions() -> None:
    days = Specialist.objects.annotate(days=Count("windows__weekday", distinct=True))
    assert days.filter(days__lt=5).count() >= 10
    assert Absence.objects.filter(starts_at__lt=NOW, ends_at__gt=NOW).exists()
    assert Absence.objects.filter(starts_at__gt=NOW).exists()
    assert Closure.objects.filter(team__isnull=True).exists()
    assert Closure.objects.filter(first_day__gt=NOW).exists()
    assert WindowException.objects.exists()


# What the demo's past has none of: it comes of faults, of the ladder that looks at the present, or is left to
# whoever tries the product out.
NOT_TOLD = {
    Verb.TELL,
    Verb.RETRY,
    Verb.FLAG_AT_RISK,
    Verb.ESCALATE,
    Verb.BEGIN_CALL,
    Verb.PROPOSE,
    Verb.FORWARD,
    Verb.CORRECT_PHONE,
    Verb.WITHDRAW_LINK,
}


def test_every_state_outcome_and_result_occurs() -> None:
    def found(model: type, field: str) -> set[str]:
        return set(model.objects.values_list(field, flat=True))  # type: ignore[attr-defined]

    assert found(Appointment, "state") == set(State.values)
    assert found(Promise, "outcome") == {*PromiseOutcome.values, ""}
    assert found(Attempt, "outcome") == {*AttemptOutcome.values}
    assert found(Attempt, "next_step") == {*NextStep.values}
    assert found(Contact, "result") == {*ContactResult.values}
    assert found(Message, "state") == {*MessageState.values}
    assert found(LogEntry, "verb") == {*Verb.values} - NOT_TOLD


def test_every_reason_of_the_front_office_occurs() -> None:
    refusals = Contact.objects.exclude(refusal_reason="").values_list("refusal_reason", flat=True)
    assert set(refusals) == set(RefusalReason.values)
    given = Contact.objects.filter(avoidable_reason=OuterRef("pk"))
    assert 5 <= AvoidableReason.objects.filter(Exists(given)).count() == len(REASONS) <= 6
    assert set(Contact.objects.values_list("reached", flat=True)) == {True, False, None}


def test_who_asks_where_their_callback_is_asks_about_their_own() -> None:
    asked = Contact.objects.filter(result=ContactResult.STATUS)
    assert asked.count() > 10
    assert not asked.exclude(about__customer=F("customer"), about__created_at__lt=F("at")).exists()


def test_what_was_undone_is_told_to_nobody() -> None:
    undone = Appointment.objects.filter(contact__result=ContactResult.UNDONE)
    assert undone.exists()
    assert not undone.exclude(state=State.CANCELLED).exists()
    assert set(Message.objects.filter(appointment__in=undone).values_list("state", flat=True)) == {
        MessageState.SUPERSEDED
    }


def test_transfers_went_to_somebody_who_knows_the_topic() -> None:
    transfers = Contact.objects.filter(result=ContactResult.TRANSFERRED)
    assert not transfers.exclude(topic__specialists=F("transferred_to")).exists()


def test_the_agent_has_read_some_results_and_not_others() -> None:
    agent = User.objects.get(username="agent")
    results: dict[bool, list[Appointment]] = {is_unread: [] for is_unread in (True, False)}
    for one in made_by(user=agent, now=NOW):
        results[vars(one)["is_unread"]].append(one)
    verbs = {one.log.latest("at", "pk").verb for one in results[True]}
    assert {Verb.LOG_ATTEMPT, Verb.FLAG_OVERDUE, Verb.SEND_BACK} <= verbs
    assert 4 <= unread_count(user=agent, now=NOW) <= 25
    assert [one for one in results[False] if one.state in CLOSED]


def test_the_agent_and_a_colleague_each_work_on_something() -> None:
    claimed = Appointment.objects.exclude(claimed_by=None).values_list("claimed_by__username", flat=True)
    assert {"agent"} < set(claimed)


def test_bookings_take_about_as_long_as_they_should() -> None:
    times = booking_times(now=NOW, since=NOW - 7 * A_DAY, teams=Team.objects.values_list("pk", flat=True))
    assert times.n > 100
    assert times.p50 is not None
    assert times.p90 is not None
    assert 15 < times.p50 < 40 < times.p90 < 90


def test_somebody_takes_no_transfers_and_others_do() -> None:
    assert Specialist.objects.filter(takes_transfers=False).count() == 1


def test_every_log_line_is_a_transition_of_the_table() -> None:
    for entry in LogEntry.objects.exclude(verb=Verb.BOOK):
        allowed = TRANSITIONS[Verb(entry.verb)][State(entry.from_state)]
        assert State(entry.to_state) in allowed, entry


def test_each_log_goes_on_where_the_line_before_ended() -> None:
    state: dict[int, str] = {}
    for entry in LogEntry.objects.order_by("appointment", "at", "pk"):
        assert entry.from_state == state.get(entry.appointment_id, "")
        assert entry.at <= NOW
        state[entry.appointment_id] = entry.to_state
    assert state == dict(Appointment.objects.values_list("pk", "state"))


def test_every_call_has_a_next_step_that_fits() -> None:
    for attempt in Attempt.objects.all():
        assert NextStep(attempt.next_step) in NEXT_STEPS[AttemptOutcome(attempt.outcome)]


def test_outcomes_of_promises_follow_from_the_first_call() -> None:
    first = Attempt.objects.filter(promise=OuterRef("pk"))
    kept, late = (Promise.objects.filter(outcome=outcome) for outcome in ("kept", "late"))
    inside = Q(started_at__gte=OuterRef("counts_from"), started_at__lte=OuterRef("due_at"))
    assert not kept.exclude(Exists(first.filter(inside))).exists()
    assert not late.exclude(Exists(first.filter(started_at__gt=OuterRef("due_at")))).exists()
    assert not Promise.objects.filter(Exists(first), outcome__in=["broken", "withdrawn", ""]).exists()
    assert not Promise.objects.filter(outcome="withdrawn", ended_at__gte=F("starts_at")).exists()


def test_what_is_closed_has_no_open_promise_and_what_is_reserved_is_open() -> None:
    assert not Promise.objects.open().filter(appointment__state__in=CLOSED).exists()
    assert not Reservation.objects.exclude(appointment__state__in=OWNED).exists()
    assert not Reservation.objects.filter(ends_at__lte=NOW).exists()
    ahead = Appointment.objects.filter(state__in=OWNED, ends_at__gt=NOW)
    assert not ahead.filter(reservation__isnull=True).exists()


def test_what_workers_look_at_is_as_they_would_have_left_it() -> None:
    promises = Promise.objects.all()
    for promise in promises:
        ended = promise.ended_at is not None
        assert promise.remind_at == (None if ended else next_reminder(starts_at=promise.starts_at, after=NOW))
    overdue = promises.overdue(NOW)
    assert overdue.filter(overdue_flagged_at__isnull=True).exists()
    assert not overdue.filter(
        overdue_flagged_at__isnull=True, due_at__lt=NOW - dt.timedelta(hours=1)
    ).exists()
    assert Appointment.objects.filter(unconfirmed_flagged_at__isnull=False, state=State.SCHEDULED).exists()


def test_published_slots_are_what_was_booked() -> None:
    """What lies ahead is inside windows, and outside absences and closing days."""
    for topic in Topic.objects.all():
        slots = free_slots(
            topic=topic,
            start=NOW,
            end=NOW + dt.timedelta(weeks=3),
            now=NOW - dt.timedelta(days=1),
            busy=lambda *_period: (),
        )
        published = {(slot.starts_at, one) for slot in slots for one in slot.specialists}
        booked = Reservation.objects.filter(appointment__topic=topic, starts_at__gt=NOW)
        assert set(booked.values_list("starts_at", "specialist")) <= published


def test_the_specialist_has_work_today_and_tomorrow_and_something_to_confirm() -> None:
    specialist = Specialist.objects.get(user__username="specialist")
    rows = own_list(specialist=specialist, now=NOW)
    days = {row.starts_at.astimezone(specialist.team.zone).date() for row in rows}
    assert {dt.date(2026, 11, 24), dt.date(2026, 11, 25)} <= days
    assert {row.state for row in rows} == {State.SCHEDULED, State.CONFIRMED}


def test_the_lead_leads_the_specialist_and_sees_what_goes_wrong() -> None:
    lead = User.objects.get(username="lead")
    assert lead.led_teams.filter(specialists__user__username="specialist").exists()
    now = board(user=lead, now=NOW)
    assert min(now.late_now, now.at_risk, now.kept, now.unconfirmed, now.to_rebook, now.room_left) > 0


def test_the_worklist_of_the_front_office_is_not_empty() -> None:
    assert Appointment.objects.filter(state=State.TO_REBOOK).count() >= 6
    assert Appointment.objects.filter(state__in=OPEN, next_action_at__isnull=True).count() == 0


def test_only_numbers_reserved_for_fiction_are_used() -> None:
    reserved = re.compile("|".join(rf"\+{prefix[1:]}\d{{{digits}}}" for prefix, digits in FICTION_RANGES))
    numbers = {*Customer.objects.values_list("phone", flat=True)}
    numbers |= {*Appointment.objects.values_list("phone", flat=True)}
    assert not [number for number in numbers if not reserved.fullmatch(number)]


def test_mail_goes_to_domains_reserved_for_examples() -> None:
    addresses = {
        *Customer.objects.values_list("email", flat=True),
        *User.objects.values_list("email", flat=True),
    }
    addresses |= {*Message.objects.values_list("recipient", flat=True)}
    assert not [one for one in addresses if one and not one.endswith(("@example.org", ".example.org"))]


def test_fictional_numbers_are_possible_and_come_once() -> None:
    for prefix, digits in FICTION_RANGES:
        assert phonenumbers.is_possible_number(phonenumbers.parse(prefix + "1" * digits))
    assert len({phone(number) for number in range(NUMBERS)}) == NUMBERS


def test_references_come_once() -> None:
    assert len({reference(key) for key in range(50_000)}) == 50_000


# The season behind us ------------------------------------------------------------------------------------


def scope(weeks: int = 13) -> Scope:
    """The last whole weeks of all teams."""
    teams = tuple(Team.objects.values_list("pk", flat=True))
    zone = Team.objects.all()[0].zone
    monday = monday_of(NOW, zone) - weeks * A_WEEK
    return Scope(monday=monday, weeks=weeks, teams=teams, zone=zone, now=NOW)


def test_each_of_thirteen_weeks_has_promises_and_contacts() -> None:
    season = scope()
    for monday in season.mondays:
        week = replace(season, monday=monday, weeks=1)
        assert Promise.objects.due_between(week.start, week.end).count() > 200
        assert Contact.objects.filter(at__gte=week.start, at__lt=week.end).count() > 400


def test_the_map_of_the_week_has_busy_and_quiet_hours_of_the_day() -> None:
    found = capacity(scope())
    assert 0.2 < (found.booked.rate or 0) < 0.5
    full = [cell.booked / cell.offered for cell in found.cells.values() if cell.offered]
    assert max(full) > 0.35
    assert {half_hour // 2 for _day, half_hour in found.cells} <= set(range(8, 20))
    assert found.shortages


def test_a_bad_week_stands_out_of_a_season_that_is_mostly_kept() -> None:
    weeks = [one.kept / one.n for one in kept(scope())[1]]
    usual = sorted(weeks)[1:]
    assert min(usual) > 0.8
    assert min(weeks) < min(usual) - 0.05


def test_some_call_again_about_the_same_and_most_do_not() -> None:
    answered = Contact.objects.filter(customer__isnull=False).exclude(result=ContactResult.CALLBACK)
    again = answered.filter(
        customer=OuterRef("customer"), topic=OuterRef("topic"), at__gt=OuterRef("at"), about__isnull=True
    )
    share = answered.filter(Exists(again)).count() / answered.count()
    assert 0.05 < share < 0.3


def test_the_thirteen_weeks_have_something_before_them_to_compare_with() -> None:
    before = replace(scope(), monday=scope().monday - 13 * A_WEEK)
    found, _by_week = unmet_demand(before)
    assert found.n > 500
    assert 0 < (found.rate or 0) < 0.2


def test_messages_of_the_season_are_gone() -> None:
    before = NOW - 22 * A_DAY
    assert Appointment.objects.filter(starts_at__lt=before).count() > 2000
    assert not Message.objects.filter(appointment__starts_at__lt=before - 7 * A_DAY).exists()


def test_what_was_done_about_a_topic_shows_before_and_after() -> None:
    done = Improvement.objects.filter(state="done", topic__slug="parkeervergunning").get()
    assert done.settled_at
    contacts = Contact.objects.filter(topic=done.topic)
    before = contacts.filter(at__gte=done.settled_at - 5 * A_WEEK, at__lt=done.settled_at).count() / 5
    weeks = (NOW - done.settled_at) / A_WEEK
    after = contacts.filter(at__gte=done.settled_at, at__lt=NOW).count() / weeks
    assert 0 < after < 0.8 * before
