"""A change of a figure in a sentence, for the weekly letter."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NAMES = {
    "kept": gettext_lazy("Promises kept"),
    "spoken": gettext_lazy("Spoken as promised"),
    "first": gettext_lazy("Reached by the first call"),
    "refused": gettext_lazy("Wanted a callback and got none"),
    "avoidable": gettext_lazy("Avoidable contacts"),
    "searched": gettext_lazy("Searched online first"),
    "transfers": gettext_lazy("Warm transfers answered"),
}


def said_of_changes(told: Sequence[Mapping[str, Any]]) -> str:
    """What a message keeps of changes, a line for each; those of several teams below the names of these."""
    by_team = groupby(told, key=lambda one: one.get("team", ""))
    parts = [
        "\n".join([*([f"{team}:"] if team else []), *map(said_of_change, changes)])
        for team, changes in by_team
    ]
    return "\n\n".join(parts)


def said_of_change(told: Mapping[str, Any]) -> str:
    """What a message keeps of a ``Change``, in the active language: now, before, and why."""
    sentence = _("%(figure)s: %(now)s, was %(before)s.") % {
        "figure": NAMES[told["figure"]],
        "now": _share(told["now"]),
        "before": _share(told["before"]),
    }
    if not told["clear"]:
        return f"{sentence} {_('That may be chance.')}"
    if told["topic"]:
        why = _("Mostly %(topic)s: %(share)s.") % {"topic": told["topic"], "share": _share(told["there"])}
        return f"{sentence} {why}"
    return sentence


def _share(share: Mapping[str, int]) -> str:
    met, n = (formats.number_format(share[part], force_grouping=True) for part in ("met", "n"))
    if not share["n"]:
        return _("nothing to count")
    rate = round(100 * share["met"] / share["n"])
    return _("%(rate)d%% (%(met)s of %(n)s)") % {"rate": rate, "met": met, "n": n}
