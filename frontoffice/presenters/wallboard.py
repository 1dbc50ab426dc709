"""The numbers of a team for a wall: those of its board, without anything about a person."""

import datetime as dt
from dataclasses import dataclass

from availability.models import Team
from callbacks.models import Wallboard
from callbacks.queries import lists
from frontoffice.presenters import moments
from frontoffice.presenters.board import Tile, tiles


@dataclass(frozen=True)
class Wall:
    """What hangs there. ``refresh`` is the address that gives it anew."""

    team: Team
    tiles: list[Tile]
    updated: str
    refresh: str


def wallboard(board: Wallboard, *, now: dt.datetime, path: str) -> Wall:
    """The numbers of the wallboard's team at a UTC instant."""
    counts = lists.board_of([board.team_id], now=now, team=board.team)
    return Wall(board.team, tiles(counts, now=now), moments.clock_seconds(now), path)
