"""The history of an appointment in sentences: promises, calls and the log."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from callbacks.models import Appointment, Attempt, LogEntry, Promise
from callbacks.states import AttemptOutcome, MessageKind, NextStep, State, Verb
from frontoffice.presenters import moments
from frontoffice.presenters.status import Status

NEWS = 20
OUTCOMES = {
    "": ("○", "plain"),
    "kept": ("✓", "good"),
    "late": ("▲", "late"),
    "broken": ("✕", "late"),
    "withdrawn": ("–", "plain"),
}


@dataclass(frozen=True)
class PromiseLine:
    """A promise with how it ended."""

    period: str
    made: str
    outcome: Status


@dataclass(frozen=True)
class AttemptLine:
    """A call with what came of it."""

    number: int
    at: str
    by: str
    outcome: str
    next_step: str
    note: str
    result_for_customer: str
    result_for_agent: str


@dataclass(frozen=True)
class LogLine:
    """Who did what, when; ``facts`` are the particulars of the verb."""

    at: str
    by: str
    verb: str
    facts: list[str]
    reason: str
    note: str


def promise_lines(appointment: Appointment, now: dt.datetime) -> list[PromiseLine]:
    """All promises, the last one first."""
    promises = appointment.promises.select_related("made_by").order_by("-made_at", "-pk")
    return [
        PromiseLine(
            period=_day_period(promise),
            made=_("promised %(at)s by %(by)s")
            % {"at": table_moment(promise.made_at), "by": promise.made_by or _("the customer")},
            outcome=promise_outcome(promise, now),
        )
        for promise in promises
    ]


def attempt_lines(appointment: Appointment) -> list[AttemptLine]:
    """All calls, the last one first."""
    return [_attempt(one) for one in appointment.attempts.select_related("by").order_by("-number")]


def log_lines(
    appointment: Appointment, *, limit: int | None = None, without: Collection[Verb] = ()
) -> list[LogLine]:
    """The log, the last entry first: the whole of it, or the last few, and not of every verb."""
    entries = appointment.log.exclude(verb__in=without).order_by("-at", "-pk")
    return [_log_line(entry) for entry in entries[:limit]]


def news_lines(appointment: Appointment) -> list[LogLine]:
    """What others did since whoever booked it last read about it, the last thing first."""
    since = appointment.read_by_booker_at or appointment.created_at
    entries = appointment.log.filter(at__gt=since).exclude(by=appointment.created_by_id)
    return [_log_line(entry) for entry in entries.order_by("-at", "-pk")[:NEWS]]


def table_moment(at: dt.datetime) -> str:
    """An instant in a table: 24-11-2026 14:30."""
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def facts(entry: LogEntry) -> list[str]:
    """The particulars that the log keeps with a verb, in words."""
    details = entry.details
    found = [
        _moment("%(at)s", details.get("starts_at")),
        _moment(_("before: %(at)s"), details.get("previous_starts_at")),
        _moment(_("proposed: %(at)s"), details.get("proposed_starts_at")),
        _named(_("specialist: %(name)s"), details.get("specialist")),
        _named(_("instead of %(name)s"), details.get("previous")),
        _named(_("to the team %(name)s"), details.get("team")),
        _named(_("topic: %(name)s"), details.get("topic")),
        str(AttemptOutcome(details["outcome"]).label) if "outcome" in details else "",
        _named(_("next: %(name)s"), _label(details.get("next_step"))),
        _moment(_("at %(at)s"), details.get("next_at")),
        str(MessageKind(details["message"]).label) if "message" in details else "",
        _named(_("to the webhook %(name)s"), details.get("webhook")),
        _named(_("ends in %(name)s"), details.get("ending")),
        _named(_("instead of %(name)s"), details.get("previous_ending")),
        _moment(_("dialled %(at)s"), details.get("started_at")) if details.get("measured") else "",
        _("at the customer's request") if details.get("by_customer") else "",
    ]
    if entry.from_state and entry.from_state != entry.to_state:
        states = State(entry.from_state).label, State(entry.to_state).label
        found.append(_("from %(before)s to %(after)s") % {"before": states[0], "after": states[1]})
    return [fact for fact in found if fact]


def promise_outcome(promise: Promise, now: dt.datetime) -> Status:
    """How a promise ended, or that it is open or late."""
    if promise.is_overdue(now):
        return Status(_("late"), "▲", "late")
    shape, tone = OUTCOMES[promise.outcome]
    return Status(promise.get_outcome_display() if promise.outcome else _("open"), shape, tone)


def _log_line(entry: LogEntry) -> LogLine:
    is_note = entry.verb == Verb.ADD_NOTE
    return LogLine(
        at=table_moment(entry.at),
        by=entry.who,
        verb=entry.get_verb_display(),
        facts=facts(entry),
        # A note is no reason for anything: it is what was done.
        reason="" if is_note else entry.reason,
        note=entry.reason if is_note else "",
    )


def _attempt(attempt: Attempt) -> AttemptLine:
    return AttemptLine(
        number=attempt.number,
        at=table_moment(attempt.started_at),
        by=str(attempt.by),
        outcome=attempt.get_outcome_display(),
        next_step=attempt.get_next_step_display(),
        note=attempt.note,
        result_for_customer=attempt.result_for_customer,
        result_for_agent=attempt.result_for_agent,
    )


def _day_period(promise: Promise) -> str:
    day = formats.date_format(timezone.localtime(promise.starts_at), "DATE_FORMAT")
    return f"{day} {moments.clock(promise.starts_at)}–{moments.clock(promise.ends_at)}"


def _moment(sentence: str, text: str | None) -> str:
    at = parse_datetime(text) if text else None
    return sentence % {"at": table_moment(at)} if at else ""


def _named(sentence: str, name: str | None) -> str:
    return sentence % {"name": name} if name else ""


def _label(step: str | None) -> str:
    return str(NextStep(step).label) if step else ""
