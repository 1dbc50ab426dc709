"""The words of a message: an administrator's where there are any, else those of ``callbacks.kinds``.

Variables are filled in by name from a closed set; whatever else stands in a text, braces and tags included,
is text. No template engine reads what somebody typed.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import formats, translation

from callbacks.kinds import KINDS, OF_APPOINTMENT, PLACE
from callbacks.messages.changes import said_of_changes
from callbacks.models import Message, MessageText
from callbacks.models.wording import PARTS
from callbacks.states import MessageChannel, MessageKind

Texts = Mapping[tuple[str, str], MessageText]
# What a preview shows, in the notation of either language.
EXAMPLES = {
    "nl": {
        "day": "dinsdag 24 november 2026",
        "days": "dinsdag 24 november 2026, woensdag 25 november 2026",
        "channel": "e-mail",
        "news": "Beloften nagekomen: 92% (110 van 120), was 84% (403 van 480).",
    },
    "en": {
        "day": "Tuesday 24 November 2026",
        "days": "Tuesday 24 November 2026, Wednesday 25 November 2026",
        "channel": "e-mail",
        "news": "Promises kept: 92% (110 of 120), was 84% (403 of 480).",
    },
}
EXAMPLE = {
    "start": "10:00",
    "end": "10:30",
    "team": "Belastingen",
    "reference": "7KQ-4MX",
    "since": "09:15",
    "week": "47",
}


@dataclass(frozen=True)
class Words:
    """The parts of a message, filled in; plain text."""

    subject: str
    opening: str
    closing: str


def words_of(message: Message, texts: Texts | None = None) -> Words:
    """What a message says, in the active language. ``texts`` are those of ``own_texts``, when at hand."""
    if texts is None:
        texts = own_texts(message.kind)
    return fill(message.kind, texts.get((message.kind, translation.get_language() or "")), values_of(message))


def own_texts(*kinds: str) -> Texts:
    """The administrators' texts for these kinds, or all, by kind and language."""
    found = MessageText.objects.filter(kind__in=kinds) if kinds else MessageText.objects.all()
    return {(one.kind, one.language): one for one in found}


def fill(kind: str, own: MessageText | None, values: Mapping[str, str]) -> Words:
    """The words of a kind in the active language with values in the places of its variables."""
    built_in = KINDS[MessageKind(kind)]
    known = {name: values[name] for name in built_in.variables if name in values}
    parts = [(own and getattr(own, part)) or str(getattr(built_in, part)) for part in PARTS]
    subject, opening, closing = (
        PLACE.sub(lambda place: known.get(place[1], place[0]), part) for part in parts
    )
    # A subject is one line, whatever was typed or filled in.
    return Words(" ".join(subject.split()), opening, closing)


def values_of(message: Message) -> dict[str, str]:
    """The values of a message's variables in the active language, times in the team's zone."""
    appointment = message.appointment
    if appointment is None:
        return {"team": message.team.name if message.team else "", **_spoken(message)}
    period = message.promise or appointment
    zone = appointment.team.zone
    starts, ends = period.starts_at.astimezone(zone), period.ends_at.astimezone(zone)
    values = (
        formats.date_format(starts, "DATE_FORMAT"),
        formats.time_format(starts, "TIME_FORMAT"),
        formats.time_format(ends, "TIME_FORMAT"),
        appointment.team.name,
        appointment.reference,
    )
    return dict(zip(OF_APPOINTMENT, values, strict=True))


def _spoken(message: Message) -> dict[str, str]:
    """The details of what speaks of a team, as people say them: days and moments are kept in ISO notation."""
    said = dict(message.details)
    if days := said.get("days"):
        said["days"] = ", ".join(
            formats.date_format(dt.date.fromisoformat(day), "DATE_FORMAT") for day in days.split(",")
        )
    if (since := said.get("since")) and message.team:
        local = dt.datetime.fromisoformat(since).astimezone(message.team.zone)
        said["since"] = formats.time_format(local, "TIME_FORMAT")
    if channel := said.get("channel"):
        said["channel"] = str(MessageChannel(channel).label)
    if week := said.get("week"):
        said["week"] = str(dt.date.fromisoformat(week).isocalendar().week)
    if news := said.get("news"):
        said["news"] = said_of_changes(json.loads(news))
    return said


def example(text: MessageText) -> Words:
    """What a text would say, with example values in its own language."""
    with translation.override(text.language):
        return fill(text.kind, text, {**EXAMPLE, **EXAMPLES[text.language]})
