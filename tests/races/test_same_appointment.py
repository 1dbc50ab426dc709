"""Two people act on one appointment at the same moment: one does it, the other is told who was first."""

from collections import Counter
from itertools import combinations_with_replacement

import pytest
import time_machine
from django.test import Client

from accounts.models import Role, User
from availability.models import Specialist
from callbacks import operations
from callbacks.errors import Stale, WrongState
from callbacks.models import Appointment, LogEntry, Reservation
from callbacks.states import TRANSITIONS, WITHOUT_VERSION, State, Verb
from tests.callbacks.test_transitions import GIVEN, act
from tests.factories import NOW, UserFactory, World, at
from tests.races.test_booking_races import race

VERBS = [verb for verb in GIVEN if State.SCHEDULED in TRANSITIONS[verb] and verb not in WITHOUT_VERSION]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("pair", list(combinations_with_replacement(VERBS, 2)), ids="-".join)
def test_of_two_who_act_at_once_the_second_is_told(pair: tuple[Verb, Verb]) -> None:
    world = World(capacity=3)
    appointment = world.book(by=world.admin, specialist=world.specialists[0])
    operations.link_token(appointment=appointment, now=NOW)
    outcomes: Counter[str] = Counter()

    def attempt(verb: Verb) -> None:
        copy = Appointment.objects.get(pk=appointment.pk)
        copy.version = 1
        try:
            act(copy, verb, GIVEN[verb](world), world.admin)
        except Stale:
            outcomes["stale"] += 1
        else:
            outcomes["done"] += 1

    race([[lambda verb=verb: attempt(verb) for verb in pair]])  # type: ignore[misc]
    assert outcomes == Counter(done=1, stale=1)
    assert LogEntry.objects.filter(appointment=appointment).count() == 2
    assert Reservation.objects.filter(appointment=appointment).count() <= 1


def test_a_version_that_is_read_late_does_not_make_up_for_the_state(db: None) -> None:
    world = World()
    appointment = world.book()
    act(appointment, Verb.CONFIRM, {}, world.admin)
    current = Appointment.objects.get(pk=appointment.pk)
    with pytest.raises(WrongState):
        act(current, Verb.CONFIRM, {}, world.admin)


def test_two_leads_who_give_the_same_away_at_once_win_each_appointment_once() -> None:
    world = World(capacity=3)
    first, *colleagues = world.specialists
    made = [world.book(at(hour), specialist=first) for hour in range(9, 15)]
    second = UserFactory.create(role=Role.LEAD, name="Lars Lead")
    world.team.leads.add(second)
    leads = list(zip([world.lead, second], colleagues, strict=True))
    answers: dict[str, str] = {}

    def give(lead: User, to: Specialist) -> None:
        client = Client()
        client.force_login(lead)
        form = {"appointment": [f"{one.reference}.1" for one in made], "specialist": to.pk, "reason": "Ziek"}
        answers[lead.name] = client.post("/board/reassign/", form, follow=True).content.decode()

    with time_machine.travel(NOW, tick=False):
        race([[lambda one=one: give(*one) for one in leads]])  # type: ignore[misc]
    for lead, to in leads:
        won = Appointment.objects.filter(specialist=to).count()
        rival = next(other.name for other, _to in leads if other != lead)
        assert answers[lead.name].count(f"{rival} was je voor: hertoegewezen") == len(made) - won
    assert LogEntry.objects.filter(verb=Verb.REASSIGN).count() == len(made)
    assert Appointment.objects.filter(specialist=first).count() == 0
    assert Reservation.objects.count() == len(made)
