"""Two people, the sweeps and a provider of moods do what they like: no promise and no message is left behind.

A thousand steps in the suite; ``MACHINE_STEPS=10000`` and more for a long run.
"""

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings as house
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from callbacks import operations
from callbacks.errors import DomainError
from callbacks.messages import channels, delivery
from callbacks.messages.channels import LineDown, Refused
from callbacks.models import Appointment, Attempt, ChannelHealth, LogEntry, Message, Promise, Webhook
from callbacks.operations.notices import tell_teams
from callbacks.queries import lists
from callbacks.queries.slots import free_slots
from callbacks.queries.unheard import unheard
from callbacks.states import (
    NEXT_STEPS,
    OPEN,
    OWNED,
    AttemptOutcome,
    MessageKind,
    MessageState,
    NextStep,
    State,
    Verb,
)
from callbacks.sweeps import SWEEPS
from tests.factories import NOW, CustomerFactory, World

STEPS = int(os.environ.get("MACHINE_STEPS", "1000"))
STEPS_EACH = 100
DAY = dt.timedelta(days=1)
LADDER = ("reminders", "unconfirmed", "at_risk", "overdue", "escalation", "leavers", "holds")
# Told once for each promise, whoever notices and how often.
ONCE = [
    MessageKind.CUSTOMER_DAY_BEFORE,
    MessageKind.CUSTOMER_HOUR_BEFORE,
    MessageKind.SPECIALIST_REMINDER,
    MessageKind.SPECIALIST_AT_RISK,
    MessageKind.SPECIALIST_OVERDUE,
    MessageKind.LEAD_OVERDUE,
]
# What a customer must hear of an appointment that nobody works on any more, as long as it ended so.
AT_THE_END = (
    Q(kind=MessageKind.CUSTOMER_CANCELLED)
    | Q(kind=MessageKind.CUSTOMER_NOT_REACHED, appointment__state=State.NOT_REACHED)
    | Q(kind=MessageKind.CUSTOMER_CLOSED, appointment__state=State.COMPLETED)
)
MOODS = ("accepts", "busy", "away", "refuses")
minutes = st.integers(1, 180)
anybody = st.sampled_from(["agent", "person", "lead"])
administrators = st.sampled_from(["admin", "lead"])


class Provider:
    """The other side of a channel."""

    mood = "accepts"

    def __init__(self) -> None:
        self.is_down = False

    def open(self) -> None:
        if self.mood == "away":
            self.is_down = True
            raise LineDown("away")

    def send(self, _message: Message) -> None:
        if self.mood == "busy":
            raise OSError("busy")
        if self.mood == "refuses":
            raise Refused("no")

    def close(self) -> None:
        """Nothing is kept."""


class Promises(RuleBasedStateMachine):
    """An agent and a specialist with a substitute and a lead; the clock goes by minutes and hours."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, True)
        self.now, Provider.mood = NOW, "accepts"
        patch = self.stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(delivery, "database_now", lambda: self.now)
        patch.setattr(channels, "LINES", dict.fromkeys(channels.LINES, Provider))
        patch.setattr(house, "CHAT_URL", "json://127.0.0.1")
        self.world = World(capacity=2)
        self.webhook = Webhook.objects.create(name="Elsewhere", url="https://elsewhere.example")
        self.world.team.escalate_after = 20
        self.world.team.save(update_fields=["escalate_after"])
        first, second = self.world.specialists
        first.substitute = second
        first.save(update_fields=["substitute"])

    def teardown(self) -> None:
        """In the end nothing waits: whatever was told arrived, was superseded or is a task."""
        try:
            self.settle()
        finally:
            self.stack.close()

    def settle(self) -> None:
        Provider.mood = "accepts"
        for _ in range(8):
            self.now += DAY
            self.work()
        assert not Message.objects.filter(state=MessageState.PENDING).exists()
        ended = Message.objects.filter(ended_at__isnull=False)
        assert ended.count() == Message.objects.count()

    def some(self, chance: int, states: tuple[State, ...] = OPEN) -> Appointment | None:
        found = list(Appointment.objects.filter(state__in=states).order_by("pk"))
        return found[chance % len(found)] if found else None

    def do(self, door: Callable[..., Any], who: str, **given: Any) -> None:
        """Go through a door; one that refuses has changed nothing."""
        try:
            with transaction.atomic():
                door(by=getattr(self.world, who), now=self.now, **given)
        except DomainError:
            return

    def on_one(
        self, door: Callable[..., Any], who: str, chance: int, states: tuple[State, ...] = OPEN, **given: Any
    ) -> None:
        if appointment := self.some(chance, states):
            self.do(door, who, appointment=appointment, version=appointment.version, **given)

    def tasks(self) -> QuerySet[Message]:
        return Message.objects.filter(state=MessageState.FAILED, handled_at__isnull=True)

    def on_unheard(self, door: Callable[..., Any], who: str, *, everything: bool, **given: Any) -> None:
        if first := self.tasks().filter(webhook=self.webhook).first():
            only = None if everything else [first.uid]
            self.do(door, who, webhook=self.webhook, seen_at=self.now + DAY, only=only, **given)

    def slot(self, chance: int) -> dt.datetime | None:
        found = free_slots(topic=self.world.topic, start=self.now, end=self.now + 3 * DAY, now=self.now)
        return found[chance % min(len(found), 12)].starts_at if found else None

    def work(self) -> None:
        for name in LADDER:
            SWEEPS[name].run_batch(now=self.now)
        away = ChannelHealth.objects.filter(opened_at__isnull=False).values_list("pk", flat=True)
        operations.tell_channels_down(channels=list(away), now=self.now)
        # The breaker goes by the database's clock, which stands still here.
        ChannelHealth.objects.filter(probe_at__isnull=False).update(probe_at=self.now)
        SWEEPS["delivery"].run_batch(now=self.now)

    # What people do ------------------------------------------------------------------------------------

    @precondition(lambda _machine: Appointment.objects.filter(state__in=OPEN).count() < 6)
    @rule(who=anybody, chance=st.integers(0, 99))
    def book(self, who: str, chance: int) -> None:
        if starts_at := self.slot(chance):
            customer = CustomerFactory.create()
            self.do(operations.book, who, topic=self.world.topic, starts_at=starts_at, customer=customer)

    @rule(who=anybody, chance=st.integers(0, 99))
    def confirm(self, who: str, chance: int) -> None:
        self.on_one(operations.confirm, who, chance)

    @rule(who=anybody, chance=st.integers(0, 99))
    def decline(self, who: str, chance: int) -> None:
        self.on_one(operations.decline, who, chance, reason="Ill")

    @rule(who=anybody, chance=st.integers(0, 99))
    def send_back(self, who: str, chance: int) -> None:
        self.on_one(operations.send_back, who, chance, reason="Not ours")

    @rule(
        who=anybody,
        chance=st.integers(0, 99),
        outcome=st.sampled_from(AttemptOutcome),
        step=st.integers(0, 3),
    )
    def call(self, who: str, chance: int, outcome: AttemptOutcome, step: int) -> None:
        steps = [one for one in NEXT_STEPS[outcome] if one != NextStep.NEW_PROMISE]
        given: dict[str, Any] = {
            "started_at": self.now,
            "outcome": outcome,
            "next_step": steps[step % len(steps)],
        }
        self.on_one(operations.log_attempt, who, chance, reason="Tried enough", **given)

    @rule(who=anybody, chance=st.integers(0, 99), agreed=st.booleans())
    def reschedule(self, who: str, chance: int, agreed: bool) -> None:  # noqa: FBT001 - drawn by name
        if starts_at := self.slot(chance):
            self.on_one(operations.reschedule, who, chance, starts_at=starts_at, customer_agreed=agreed)

    @rule(chance=st.integers(0, 99))
    def reassign(self, chance: int) -> None:
        one = self.world.specialists[chance % 2]
        self.on_one(operations.reassign, "lead", chance, specialist=one)

    @rule(who=anybody, chance=st.integers(0, 99))
    def cancel(self, who: str, chance: int) -> None:
        self.on_one(operations.cancel, who, chance, reason="Solved", by_customer=True)

    @rule(who=anybody, chance=st.integers(0, 99))
    def reopen(self, who: str, chance: int) -> None:
        closed = tuple(set(State) - set(OPEN))
        self.on_one(operations.reopen, who, chance, closed, reason="Again")

    @rule(chance=st.integers(0, 99))
    def claim(self, chance: int) -> None:
        self.on_one(operations.claim, "agent", chance, (State.TO_REBOOK,))

    @rule(who=anybody)
    def tell_by_hand(self, who: str) -> None:
        if task := self.tasks().filter(webhook__isnull=True).first():
            self.do(operations.tell_by_hand, who, message=task)

    @rule(who=administrators, everything=st.booleans())
    def tell_the_webhook_again(self, who: str, everything: bool) -> None:  # noqa: FBT001 - drawn by name
        self.on_unheard(operations.tell_webhook_again, who, everything=everything)

    @rule(who=administrators, everything=st.booleans())
    def settle_the_webhook(self, who: str, everything: bool) -> None:  # noqa: FBT001 - drawn by name
        self.on_unheard(operations.settle_webhook, who, everything=everything, note="Entered by hand")

    # What happens by itself ----------------------------------------------------------------------------

    @rule(passed=minutes)
    def time_passes(self, passed: int) -> None:
        self.now += dt.timedelta(minutes=passed)

    @rule(mood=st.sampled_from(MOODS))
    def the_provider_changes(self, mood: str) -> None:
        Provider.mood = mood

    @rule(mood=st.sampled_from(MOODS), passed=minutes)
    def workers_work(self, mood: str, passed: int) -> None:
        self.now += dt.timedelta(minutes=passed)
        Provider.mood = mood
        self.work()

    @rule(chance=st.integers(0, 99))
    def a_matter_is_done_and_the_provider_refuses(self, chance: int) -> None:
        done: dict[str, Any] = {"outcome": AttemptOutcome.SPOKEN_DONE, "next_step": NextStep.CLOSE}
        self.on_one(operations.log_attempt, "person", chance, started_at=self.now, **done)
        Provider.mood = "refuses"
        self.work()

    @rule()
    def days_are_full_and_the_provider_refuses(self) -> None:
        details = {self.world.team.pk: {"days": self.now.date().isoformat()}}
        tell_teams(MessageKind.LEAD_FULL_DAYS, details, occasion=self.now.isoformat(), now=self.now)
        Provider.mood = "refuses"
        self.work()

    # What always holds ---------------------------------------------------------------------------------

    @invariant()
    def every_open_appointment_has_an_owner_or_stands_on_the_worklist(self) -> None:
        is_open = Appointment.objects.filter(state__in=OPEN)
        assert not is_open.filter(next_action_at__isnull=True).exists()
        assert not is_open.filter(state__in=OWNED, specialist__isnull=True).exists()
        left = Promise.objects.open().exclude(appointment__state__in=OPEN)
        assert not left.exists()

    @invariant()
    def one_message_for_each_promise_kind_and_reader(self) -> None:
        rows = Message.objects.filter(kind__in=ONCE).values("promise", "kind", "channel", "recipient")
        assert not rows.annotate(n=Count("pk")).filter(n__gt=1).exists()

    @invariant()
    def what_has_ended_says_when_and_what_failed_is_a_task_or_done(self) -> None:
        pending = Message.objects.filter(state=MessageState.PENDING)
        assert not pending.filter(ended_at__isnull=False).exists()
        assert not pending.filter(useful_until__lt=F("created_at")).exists()
        done = Message.objects.filter(handled_at__isnull=False)
        told = LogEntry.objects.filter(verb=Verb.TELL)
        assert done.filter(appointment__isnull=False).count() == told.count()

    @invariant()
    def what_failed_stands_on_the_list_of_whoever_must_tell_it(self) -> None:
        open_still = Q(appointment__state__in=OPEN) | AT_THE_END | Q(team__isnull=False)
        matters = self.tasks().filter(open_still | Q(webhook__isnull=False))
        of_customers = lists.undelivered(user=self.world.agent, now=self.now)
        of_colleagues = lists.untold_colleagues(user=self.world.lead, now=self.now)
        assert {*matters} <= {*of_customers, *of_colleagues, *unheard()}

    @invariant()
    def counters_equal_a_recount_from_the_log(self) -> None:
        verbs = Counter(LogEntry.objects.values_list("verb", flat=True))
        flags = Promise.objects.aggregate(late=Count("overdue_flagged_at"), risk=Count("at_risk_flagged_at"))
        assert flags == {"late": verbs[Verb.FLAG_OVERDUE], "risk": verbs[Verb.FLAG_AT_RISK]}
        assert Attempt.objects.count() == verbs[Verb.LOG_ATTEMPT]
        assert Promise.objects.count() == verbs[Verb.BOOK] + verbs[Verb.RESCHEDULE]


@pytest.mark.django_db
@pytest.mark.long
def test_no_promise_and_no_message_is_left_behind() -> None:
    run_state_machine_as_test(
        Promises,
        settings=settings(
            max_examples=max(1, STEPS // STEPS_EACH),
            stateful_step_count=STEPS_EACH,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
