"""How many agents the front office's own lines need, in a sentence and a table."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from callbacks.metrics.erlang import Lines, abandoned, agents_needed, mean_wait, service_level
from frontoffice.forms.lines import MOST_AGENTS
from frontoffice.presenters.lookback.figures import NOTHING, Figure, Table, number, tenths

AROUND = 3
DEFINITION = gettext_lazy(
    "Answered in time, the mean wait and the agents needed follow Erlang C: calls come at random, handling "
    "times differ, every agent takes every call, and nobody hangs up. Busy is the share of their time that "
    "agents call or wrap up. Hang up follows Erlang A: callers lose patience after the seconds that you "
    "entered, on average. Breaks and other work come on top."
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What was asked: ``target`` in percent, ``within`` and ``patience`` in seconds."""

    calls: int
    seconds: int
    target: int
    within: int
    agents: int | None
    patience: int | None

    def lines(self, agents: int) -> Lines:
        """The same calls, answered by so many."""
        return Lines(calls=self.calls, seconds=self.seconds, agents=agents)

    def level(self, agents: int) -> float:
        """The share that so many answer in time."""
        return service_level(self.lines(agents), within=self.within)

    @property
    def needed(self) -> int:
        """The fewest agents who reach the target; the limits of the form keep it below the most there are."""
        common = {"calls": self.calls, "seconds": self.seconds, "within": self.within}
        return agents_needed(**common, target=self.target / 100, at_most=MOST_AGENTS) or MOST_AGENTS


def answer(given: Mapping[str, int | None]) -> Figure:
    """The answer to what was asked, from the cleaned values of ``LinesForm``."""
    asked = Question(**given)  # type: ignore[arg-type]
    needed = asked.needed
    return Figure(
        slug="lines",
        title=_("Answer"),
        finding=" ".join([*([_does(asked, asked.agents)] if asked.agents else []), _needs(asked, needed)]),
        definition=DEFINITION,
        table=_table(asked, around=asked.agents or needed),
    )


def _does(asked: Question, agents: int) -> str:
    if asked.lines(agents).occupancy >= 1:
        sentence = ngettext(
            "%(agents)d agent cannot do this work: the queue keeps growing.",
            "%(agents)d agents cannot do this work: the queue keeps growing.",
            agents,
        )
        return sentence % {"agents": agents}
    sentence = ngettext(
        "%(agents)d agent answers %(share)s within %(within)d seconds.",
        "%(agents)d agents answer %(share)s within %(within)d seconds.",
        agents,
    )
    return sentence % {"agents": agents, "share": _share(asked.level(agents)), "within": asked.within}


def _needs(asked: Question, needed: int) -> str:
    sentence = ngettext(
        "%(agents)d agent is needed to answer %(target)d%% within %(within)d seconds.",
        "%(agents)d agents are needed to answer %(target)d%% within %(within)d seconds.",
        needed,
    )
    return sentence % {"agents": needed, "target": asked.target, "within": asked.within}


def _table(asked: Question, *, around: int) -> Table:
    first, last = max(1, around - AROUND), min(MOST_AGENTS, around + AROUND)
    return Table(
        headings=(_("Agents"), _("Busy"), _("In time"), _("Target"), _("Mean wait"), _("Hang up")),
        written=(_row(asked, agents) for agents in range(first, last + 1)),
    )


def _row(asked: Question, agents: int) -> list[str]:
    lines, level = asked.lines(agents), asked.level(agents)
    return [
        str(agents),
        _share(lines.occupancy),
        _share(level),
        _("met") if level >= asked.target / 100 else _("not met"),
        _wait(mean_wait(lines)),
        _share(abandoned(lines, patience=asked.patience)) if asked.patience else NOTHING,
    ]


def _share(rate: float) -> str:
    """With a decimal: agents differ by less than a whole percent in a large centre."""
    return f"{tenths(100 * rate)}%"


def _wait(seconds: float) -> str:
    if math.isinf(seconds):
        return _("keeps growing")
    return _("%(seconds)s s") % {"seconds": number(round(seconds))}
