"""The front office's worklist: what needs a new time and who is on it."""

import datetime as dt
from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext_lazy

from accounts.models import User
from callbacks.models import Appointment
from callbacks.queries import lists
from frontoffice.presenters import rows
from frontoffice.presenters.work import Asked, Frame, Work, work

FRAME = Frame(
    title=gettext_lazy("Worklist"),
    empty=gettext_lazy("Every open appointment has a time. Nothing to rebook."),
    panel="worklist/panel.html",
    after="worklist/undelivered.html",
)


def worklist(*, user: User, now: dt.datetime, asked: Asked, path: str) -> Work:
    """What needs a new time: this person's own first, then what is free to take."""
    return work(
        lists.worklist(user=user),
        frame=FRAME,
        grouping=partial(by_claim, user),
        path=path,
        asked=asked,
        user=user,
        now=now,
        stays=True,
    )


def by_claim(user: User, appointments: Sequence[Appointment], now: dt.datetime) -> list[rows.Group]:
    """Rows in the order of ``queries.lists.worklist``, under who works on them."""
    mine = [one for one in appointments if one.claimed_by_id == user.pk]
    nobodys = [one for one in appointments if one.claimed_by_id is None]
    others = [one for one in appointments if one.claimed_by_id not in {None, user.pk}]
    return [
        *rows.under(gettext_lazy("Claimed by you"), mine, now),
        *rows.under(gettext_lazy("To be rebooked"), nobodys, now),
        *rows.under(gettext_lazy("Claimed by colleagues"), others, now),
    ]
