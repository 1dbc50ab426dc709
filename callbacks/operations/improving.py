"""Judging what contacts on a topic are worth, and following what is done about them."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Topic
from callbacks.errors import Invalid, Outdated, Overtaken
from callbacks.models import Improvement, ImprovementEntry, TopicRating
from callbacks.models.improving import TO_DO_ONCE, WHAT_LIMIT
from callbacks.operations.records import check_length
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_improve
from callbacks.queries.improving import owners
from callbacks.states import ImprovementAction, ImprovementState, Value

AHEAD = dt.timedelta(days=730)
FIELDS = ("action", "what", "owner", "due_on", "state")


@in_one_transaction
def rate_topic(
    *, topic: Topic, version: int, for_customer: int, for_organisation: int, by: User, now: dt.datetime
) -> TopicRating:
    """Rate a topic anew. ``version`` is the number of the rating that was seen, 0 when there was none.

    Raises ``Forbidden``, ``Invalid`` (off the scale), ``Overtaken`` when somebody rated it meanwhile.
    """
    check_improve(by, topic)
    for field, value in (("for_customer", for_customer), ("for_organisation", for_organisation)):
        if value not in Value.values:
            raise Invalid(_("Choose a value from the scale."), field=field)
    # Whoever comes second waits here, and is then told.
    Topic.objects.select_for_update(no_key=True).get(pk=topic.pk)
    last = TopicRating.objects.filter(topic=topic).order_by("-number").first()
    if version != (last.number if last else 0):
        raise _rated(last) if last else Outdated()
    return TopicRating.objects.create(
        topic=topic,
        number=version + 1,
        for_customer=for_customer,
        for_organisation=for_organisation,
        at=now,
        by=by,
        by_name=str(by),
    )


@in_one_transaction
def add_improvement(
    *, topic: Topic, action: str, what: str, owner: User, due_on: dt.date, by: User, now: dt.datetime
) -> Improvement:
    """Put something to do on the list of a topic, due on a local day.

    Raises ``Forbidden``, ``Invalid`` (a field missing or out of bounds, or it is on the list already).
    """
    check_improve(by, topic)
    made = Improvement(
        topic=topic, action=action, what=what.strip(), owner=owner, due_on=due_on, added_at=now
    )
    _check(made)
    _check_owner(made)
    _check_due(made, now)
    with _to_do_once():
        made.save()
    _log(made, {}, by, now)
    return made


@in_one_transaction
def change_improvement(
    *,
    improvement: Improvement,
    version: int,
    action: str,
    what: str,
    owner: User,
    due_on: dt.date,
    state: str,
    by: User,
    now: dt.datetime,
) -> Improvement:
    """Change an improvement as it was seen at a version: also done, dropped, or to do once more.

    Raises ``Forbidden``, ``Invalid`` as when it is added, ``Overtaken`` when somebody changed it meanwhile.
    """
    check_improve(by, improvement.topic)
    current = Improvement.objects.select_related("topic", "owner").get(pk=improvement.pk)
    before = {name: getattr(current, name) for name in FIELDS}
    wanted = {"action": action, "what": what.strip(), "owner": owner, "due_on": due_on, "state": state}
    for name, value in wanted.items():
        setattr(current, name, value)
    _check(current)
    if owner != before["owner"]:
        _check_owner(current)
    if due_on != before["due_on"]:
        _check_due(current, now)
    if state != before["state"]:
        current.settled_at = None if state == ImprovementState.OPEN else now
    changes = {name: [_plain(before[name]), _plain(value)] for name, value in wanted.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    same = Improvement.objects.filter(pk=current.pk, version=version)
    with _to_do_once():
        found = same.update(version=F("version") + 1, settled_at=current.settled_at, **wanted)
    if not found:
        raise _changed(current)
    current.version += 1
    _log(current, changes, by, now)
    return current


def _check(wanted: Improvement) -> None:
    if wanted.action not in ImprovementAction.values:
        raise Invalid(_("Choose an action."), field="action")
    if wanted.state not in ImprovementState.values:
        raise Invalid(_("Choose where it stands."), field="state")
    if not wanted.what:
        raise Invalid(_("Say what is going to be done."), field="what")
    check_length(wanted.what, WHAT_LIMIT, field="what")


def _check_owner(wanted: Improvement) -> None:
    if not owners(wanted.topic).filter(pk=wanted.owner.pk).exists():
        raise Invalid(_("Choose an owner from the teams of this topic, or an administrator."), field="owner")


def _check_due(wanted: Improvement, now: dt.datetime) -> None:
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    if not today <= wanted.due_on <= today + AHEAD:
        raise Invalid(_("Choose a day from today, at most two years ahead."), field="due_on")


def _log(of: Improvement, changes: dict[str, list[str]], by: User, now: dt.datetime) -> None:
    ImprovementEntry.objects.create(improvement=of, at=now, by=by, by_name=str(by), changes=changes)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


@contextmanager
def _to_do_once() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") != TO_DO_ONCE:
            raise
        raise Invalid(_("This is on the list of this topic already."), field="what") from error


def _rated(last: TopicRating) -> Overtaken:
    return Overtaken(
        by_name=last.by_name, verb_label=_("rated the topic"), at=last.at, current_version=last.number
    )


def _changed(current: Improvement) -> Overtaken:
    last = ImprovementEntry.objects.filter(improvement=current).latest("at", "pk")
    version = Improvement.objects.values_list("version", flat=True).get(pk=current.pk)
    return Overtaken(
        by_name=last.by_name,
        verb_label=_("changed the improvement"),
        at=last.at,
        current_version=version,
    )
