"""Figures taken away as a file: who may, how much, and that it is kept."""

import pytest
from django.db import DatabaseError, transaction

from callbacks import operations
from callbacks.errors import Forbidden, Invalid
from callbacks.models import FigureExport
from callbacks.operations.exporting import MOST_ROWS
from tests.factories import NOW, World


def take(world: World, by: str = "lead", *, rows: int = 13) -> FigureExport:
    return operations.export_figure(
        figure="kept", asked="weeks=13", rows=rows, by=getattr(world, by), now=NOW
    )


def test_who_took_what_when_is_kept(world: World) -> None:
    taken = take(world)
    assert (taken.by, taken.by_name, taken.at) == (world.lead, str(world.lead), NOW)
    assert (taken.figure, taken.asked, taken.rows) == ("kept", "weeks=13", 13)


@pytest.mark.parametrize("by", ["agent", "person"])
def test_figures_are_for_who_leads(world: World, by: str) -> None:
    with pytest.raises(Forbidden):
        take(world, by)


def test_a_lead_who_left_takes_nothing(world: World) -> None:
    world.lead.is_active = False
    with pytest.raises(Forbidden):
        take(world)


def test_a_file_has_a_limit(world: World) -> None:
    assert take(world, "admin", rows=MOST_ROWS).pk
    with pytest.raises(Invalid):
        take(world, rows=MOST_ROWS + 1)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_what_is_kept_stays(world: World, change: str) -> None:
    taken = FigureExport.objects.filter(pk=take(world).pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        taken.update(rows=1) if change == "update" else taken.delete()
