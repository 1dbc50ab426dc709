"""The team lead's board: tiles, and the rows of one of them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from availability.models import Team
from callbacks.metrics.agreements import BookingTimes
from callbacks.metrics.statistics import SMALL
from callbacks.models import Appointment
from callbacks.queries import lists, watching
from callbacks.queries.handling import booking_times
from callbacks.queries.load import load_today
from callbacks.states import Verb
from frontoffice.presenters import load, moments, rows
from frontoffice.presenters.delivery import Outage, outages
from frontoffice.presenters.tasks import PAGE, TaskList, tasks
from frontoffice.presenters.work import Asked, Frame, Work, at_page, work

FRAME = Frame(gettext_lazy("Team board"), "", "board/panel.html", shows_owner=True, selects=Verb.REASSIGN)
TILES: dict[str, StrOrPromise] = {
    "late": gettext_lazy("Late now"),
    "at_risk": gettext_lazy("At risk"),
    "kept": gettext_lazy("Kept today"),
    "unconfirmed": gettext_lazy("Unconfirmed"),
    "to_rebook": gettext_lazy("To be rebooked"),
    "room": gettext_lazy("Room left today"),
}


@dataclass(frozen=True)
class Tile:
    """A number of the board; its link opens exactly the rows it counts."""

    name: str
    label: StrOrPromise
    number: int
    note: str
    url: str
    current: bool
    tone: str


@dataclass(frozen=True)
class RoomRow:
    """What a team can still take today; ``first`` is the time of its first free slot."""

    team: str
    topic: str
    free: int
    first: str


@dataclass(frozen=True)
class StripRow:
    """The numbers of one of several teams, in the order of the tiles; its link opens its own board."""

    team: Team
    url: str
    numbers: list[str]


@dataclass(frozen=True)
class HandlingRow:
    """How long bookings took in a period: half of them ``half`` or less, nine in ten ``most``."""

    period: StrOrPromise
    half: str
    most: str
    number: int

    @property
    def is_small(self) -> bool:
        """Whether the number is too small to tell much."""
        return self.number < SMALL


@dataclass(frozen=True)
class BoardPage:
    """The board: tiles, the rows of one tile, and the teams to choose from."""

    tiles: list[Tile]
    title: StrOrPromise
    tile: str
    work: Work
    rooms: list[RoomRow]
    teams: list[Team]
    team: Team | None
    channels_down: list[Outage]
    untold: TaskList
    strip: list[StripRow]
    load: list[load.Table]

    @property
    def labels(self) -> list[StrOrPromise]:
        """The names of the tiles."""
        return list(TILES.values())

    @cached_property
    def handling(self) -> list[HandlingRow]:
        """How long bookings took today and in the last seven days; asked for by the whole page alone."""
        today, _end = lists.today(self.work.now, self.team)
        week = today - dt.timedelta(days=6)
        teams = [one.pk for one in ([self.team] if self.team else self.teams)]
        return [
            _handling(period, booking_times(now=self.work.now, since=since, teams=teams))
            for period, since in ((gettext_lazy("today"), today), (gettext_lazy("last 7 days"), week))
        ]


def board(*, user: User, now: dt.datetime, tile: str, team_slug: str, asked: Asked, path: str) -> BoardPage:
    """The board of a lead's teams, or of one of them, with the rows of a tile."""
    teams = list(lists.led_teams(user))
    team = next((one for one in teams if one.slug == team_slug), None)
    tile = tile if tile in TILES else "late"
    counts = lists.board(user=user, now=now, team=team)
    behind: QuerySet[Appointment] = Appointment.objects.none()
    if tile != "room":
        behind = lists.board_rows(user=user, now=now, tile=tile, team=team)
    untold = rows.page(lists.untold_colleagues(user=user, now=now), asked.tasks)
    address = _address(path, tile=tile, team=team)
    listed = work(
        behind,
        frame=FRAME,
        grouping=partial(rows.under, TILES[tile]),
        path=at_page(address, untold.number, PAGE),
        asked=asked,
        user=user,
        now=now,
    )
    return BoardPage(
        tiles=tiles(counts, tile=tile, team=team, path=path, now=now),
        title=TILES[tile],
        tile=tile,
        work=listed,
        rooms=_rooms(counts.rooms) if tile == "room" else [],
        teams=teams,
        team=team,
        # By the database's clock, as the workers go by it.
        channels_down=outages(watching.down(Now()), now),
        untold=tasks(untold, below=listed, path=address),
        strip=[] if team or len(teams) < 2 else _strip(counts, teams, tile=tile, path=path),
        load=[load.table(one, now) for one in load_today(counts.rooms, now=now)],
    )


def _handling(period: StrOrPromise, times: BookingTimes) -> HandlingRow:
    half, most = (moments.duration(one) if one is not None else "" for one in (times.p50, times.p90))
    return HandlingRow(period, half, most, times.n)


def _strip(counts: lists.Board, teams: Iterable[Team], *, tile: str, path: str) -> list[StripRow]:
    room = {one.team.pk: one.free for one in counts.rooms}
    return [
        StripRow(
            team,
            _address(path, tile=tile, team=team),
            _numbers(counts.by_team[team.pk], room=room.get(team.pk, 0)),
        )
        for team in teams
    ]


def _numbers(counted: Mapping[str, int], *, room: int) -> list[str]:
    """What a team has of each tile, in their order."""
    kept = _("%(kept)d of %(due)d") % {"kept": counted["kept"], "due": counted["due"]}
    composed = {"room": str(room), "kept": kept}
    return [composed.get(name) or str(counted[name]) for name in TILES]


def _rooms(rooms: Iterable[lists.Room]) -> list[RoomRow]:
    return [
        RoomRow(
            team=str(room.team),
            topic=str(room.topic),
            free=room.free,
            first=moments.clock(room.slots[0].starts_at) if room.slots else "",
        )
        for room in rooms
    ]


def tiles(
    counts: lists.Board, *, now: dt.datetime, tile: str = "", team: Team | None = None, path: str = ""
) -> list[Tile]:
    """The numbers of a board, in their order; ``tile`` is the one whose rows are shown."""
    numbers = {
        "late": counts.late_now,
        "at_risk": counts.at_risk,
        "kept": counts.kept,
        "unconfirmed": counts.unconfirmed,
        "to_rebook": counts.to_rebook,
        "room": counts.room_left,
    }
    tones = {"late": "late", "at_risk": "risk", "kept": "good", "unconfirmed": "risk", "to_rebook": "risk"}
    notes = _notes(counts, now)
    return [
        Tile(
            name=name,
            label=label,
            number=numbers[name],
            note=notes.get(name, ""),
            url=_address(path, tile=name, team=team),
            current=name == tile,
            tone=tones.get(name, "plain") if numbers[name] else "plain",
        )
        for name, label in TILES.items()
    ]


def _notes(counts: lists.Board, now: dt.datetime) -> dict[str, str]:
    notes = {"at_risk": _("not confirmed"), "unconfirmed": _("past the term")}
    if counts.oldest_due_at:
        notes["late"] = _("oldest since %(time)s") % {"time": moments.day_clock(counts.oldest_due_at, now)}
    if counts.due_today:
        share = round(100 * counts.kept / counts.due_today)
        notes["kept"] = _("of %(due)d due, %(share)d%%") % {"due": counts.due_today, "share": share}
    if room := _demand(counts):
        notes["room"] = room
    return notes


def _demand(counts: lists.Board) -> str:
    """Who got none today, and who is still to come."""
    said = []
    if refused := counts.demand.refused:
        said.append(_("%(number)d refused") % {"number": refused})
    if expected := round(counts.demand.expected):
        said.append(_("about %(number)d still expected") % {"number": expected})
    return " · ".join(said)


def _address(path: str, *, tile: str, team: Team | None) -> str:
    return f"{path}?{urlencode({'tile': tile} | ({'team': team.slug} if team else {}))}"
