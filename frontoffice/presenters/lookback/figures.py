"""What every figure of the look back has, and how its numbers are written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import formats
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from callbacks.metrics.promises import Spread
from callbacks.metrics.statistics import Share, differ
from frontoffice.presenters import moments
from frontoffice.presenters.lookback.charts import Chart

NOTHING = "–"
SHORT = 8
NARROW = 6
# Digits in one place of a map of the week: 110/421.
LONG_NUMBERS = 6
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Table:
    """Rows under headings; the first column names the row, the others are numbers.

    They are ``written`` when they are first read: sheets of paper have none.
    """

    headings: Sequence[StrOrPromise]
    written: Iterable[Sequence[str]]

    @cached_property
    def rows(self) -> list[Sequence[str]]:
        """The rows, each a text for every heading."""
        return list(self.written)

    @property
    def is_short(self) -> bool:
        """Whether it is shown at once; a longer one opens when asked for."""
        return len(self.rows) <= SHORT


@dataclass(frozen=True)
class Tile:
    """A half-hour of the week; ``shade`` from 0 (empty) to 4 (full), None when nothing was offered."""

    booked: str
    offered: str
    refused: str
    shade: int | None


@dataclass(frozen=True)
class Heat:
    """The week as a map: half-hours down, days across; ``legend`` says what the numbers are.

    Like a table it is ``written`` when it is first read.
    """

    days: list[str]
    written: Iterable[tuple[str, list[Tile]]]
    legend: StrOrPromise

    @cached_property
    def rows(self) -> list[tuple[str, list[Tile]]]:
        """Each half-hour with its tiles."""
        return list(self.written)

    @property
    def is_wide(self) -> bool:
        """Whether its numbers are so long that it needs the whole width."""
        tiles = (tile for _time, of_time in self.rows for tile in of_time)
        return any(len(tile.booked) + len(tile.offered) > LONG_NUMBERS for tile in tiles)


@dataclass(frozen=True)
class Figure:
    """One figure. ``finding`` is what it shows in a sentence, ``definition`` how it is counted.

    ``facts`` are its main numbers by name. ``remarks`` are what a reader must know to judge it: small
    numbers, days that are not over yet. ``advice`` says what could be done about it.
    """

    slug: str
    title: StrOrPromise
    finding: str
    definition: StrOrPromise
    table: Table
    chart: Chart | None = None
    heat: Heat | None = None
    facts: Sequence[tuple[StrOrPromise, str]] = ()
    remarks: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    has_long_columns: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether it takes the whole width: a large map; without a chart, a table of many or long columns."""
        if self.heat and self.heat.is_wide:
            return True
        return not self.chart and (self.has_long_columns or len(self.table.headings) > NARROW)


def percent(rate: float | None) -> str:
    """A share as people read it: 93%; a dash when nothing was counted."""
    return NOTHING if rate is None else f"{round(100 * rate)}%"


def between(share: Share) -> str:
    """The interval in which the true share lies: 88–96%."""
    if not share.n:
        return NOTHING
    low, high = share.interval
    return f"{round(100 * low)}–{round(100 * high)}%"


def number(value: float) -> str:
    """A count, with the thousands set apart."""
    if isinstance(value, int) and 0 <= value < 1000:
        return str(value)  # Nothing to set apart: most are so, and there are thousands on a page.
    return formats.number_format(value, use_l10n=True, force_grouping=True)


def tenths(value: float) -> str:
    """A number with one decimal, rounded: Django's own formatting cuts off what it does not show."""
    return formats.number_format(round(value, 1), decimal_pos=1)


def of(share: Share) -> str:
    """A share with what it counts: 93% (122 of 131)."""
    if not share.n:
        return _("nothing to count")
    return _("%(percent)s (%(met)s of %(n)s)") % {
        "percent": percent(share.rate),
        "met": number(share.met),
        "n": number(share.n),
    }


def stated(sentence: str, share: Share) -> str:
    """A finding about a share; of nothing, nothing is said."""
    return sentence % {"share": of(share)} if share.n else _("nothing to count")


def length(seconds: float | None) -> str:
    """A duration in whole minutes, with its sign; a dash when there is none."""
    if seconds is None:
        return NOTHING
    minutes = round(abs(seconds) / 60)
    return f"{MINUS if seconds < 0 and minutes else ''}{moments.length(minutes)}"


def spread_row(name: StrOrPromise, spread: Spread) -> list[str]:
    """A row of a table of durations: number, middle, nine in ten, 95 in a hundred, most."""
    durations = (spread.p50, spread.p90, spread.p95, spread.most)
    return [str(name), number(spread.n), *(length(one) for one in durations)]


def small(*shares: Share) -> list[str]:
    """The remark that belongs to shares of few."""
    return [_("small number")] if any(one.n and one.is_small for one in shares) else []


def compared(share: Share, before: Share) -> str:
    """How a share differs from that of the period before, and only as far as the numbers carry it."""
    if share.rate is None or before.rate is None:
        return ""
    points = round(100 * share.rate) - round(100 * before.rate)
    if not differ(share, before):
        return _("no clear difference from the period before (%(before)s)") % {"before": percent(before.rate)}
    if points > 0:
        return _("%(points)d points more than in the period before") % {"points": points}
    return _("%(points)d points less than in the period before") % {"points": -points}
