"""What fails by chance is tried once more."""

import pytest
from django.db import IntegrityError

from callbacks.models import Appointment
from callbacks.operations import booking
from tests.factories import World, at


@pytest.mark.django_db(transaction=True)
def test_a_reference_that_exists_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    taken = world.book(at(9, 30)).reference
    drawn = iter([taken, "BCD-FGHJ"])
    monkeypatch.setattr(booking, "new_reference", lambda: next(drawn))
    assert world.book(at(11)).reference == "BCD-FGHJ"


@pytest.mark.django_db(transaction=True)
def test_it_is_tried_once_more_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    taken = world.book(at(9, 30)).reference
    monkeypatch.setattr(booking, "new_reference", lambda: taken)
    with pytest.raises(IntegrityError):
        world.book(at(11))
    assert Appointment.objects.count() == 1
