"""Why a door stays closed: one type per reason, each with a stable code and a sentence for people."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from availability.slots import Slot


class DomainError(Exception):
    """A verb was refused. ``str(error)`` is the sentence, ``field`` the input it is about (or empty)."""

    code: ClassVar[str] = "refused"

    def __init__(self, sentence: StrOrPromise, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field

    def __str__(self) -> str:
        return str(self.sentence)


class SlotTaken(DomainError):
    """Somebody else was first. ``alternatives`` are the nearest free slots."""

    code = "slot_taken"

    def __init__(self, alternatives: Sequence[Slot]) -> None:
        super().__init__(_("This time has just been taken."), field="starts_at")
        self.alternatives = list(alternatives)


class SlotNotOffered(DomainError):
    """Nobody published this time. ``alternatives`` are the nearest free slots."""

    code = "slot_not_offered"

    def __init__(self, alternatives: Sequence[Slot]) -> None:
        super().__init__(_("This time is not offered for this topic."), field="starts_at")
        self.alternatives = list(alternatives)


class Stale(DomainError):
    """The appointment changed after the caller read it; says who did what, and when (UTC)."""

    code = "stale_version"
    told: ClassVar[StrOrPromise] = _("%(who)s was first: %(what)s. Look at the appointment again.")

    def __init__(
        self, *, by_name: str, verb_label: StrOrPromise, at: dt.datetime, current_version: int
    ) -> None:
        super().__init__(self.told % {"who": by_name, "what": verb_label}, field="version")
        self.by_name = by_name
        self.verb_label = str(verb_label)
        self.at = at
        self.current_version = current_version


class Overtaken(Stale):
    """The same of what leads judge and improve."""

    told = _("%(who)s was first: %(what)s. Send yours again if it still goes.")


class Outdated(DomainError):
    """A record of the organisation changed after the caller read it."""

    code = "stale_version"

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this after you read it. Read it again."), field="version")


class AppointmentsHit(DomainError):
    """A change of availability leaves appointments outside it, and nobody said what becomes of them."""

    code = "appointments_hit"

    def __init__(self, appointments: Sequence[Any]) -> None:
        super().__init__(
            ngettext(
                "%(count)d appointment lies in this time. Say what becomes of it.",
                "%(count)d appointments lie in this time. Say what becomes of them.",
                len(appointments),
            )
            % {"count": len(appointments)}
        )
        self.appointments = list(appointments)


class BeingCalled(DomainError):
    """A colleague has dialled this customer and not logged the call yet; says who, and since when (UTC)."""

    code = "being_called"

    def __init__(self, *, by_name: str, since: dt.datetime) -> None:
        super().__init__(
            _("%(who)s is calling this customer since %(at)s.")
            % {"who": by_name, "at": f"{timezone.localtime(since):%H:%M}"}
        )
        self.by_name = by_name
        self.since = since


class WrongState(DomainError):
    """The verb does not fit the appointment's state."""

    code = "wrong_state"


class Invalid(DomainError):
    """An input is missing or does not fit."""

    code = "invalid"


class Forbidden(DomainError):
    """This person may not do this."""

    code = "forbidden"
