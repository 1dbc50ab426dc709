"""What can be booked: teams and specialists, windows, their exceptions, absences and closing days."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar, TypeVar

from django.db.models import Prefetch
from django.utils import timezone
from rest_framework.serializers import BaseSerializer

from availability.models import Absence, Closure, Specialist, Team, Window, WindowException
from availability.models.base import Versioned
from callbacks.api.authentication import signed_in
from callbacks.api.organisation import filters, serializers
from callbacks.api.organisation.permissions import check_administrator
from callbacks.api.organisation.views import RecordViewSet
from callbacks.operations.closures import close, closed_people
from callbacks.operations.rearranging import Decision, rearrange
from callbacks.references import normalise
from callbacks.states import Remedy

M = TypeVar("M", bound=Versioned)
T = TypeVar("T")


class PublishedViewSet(RecordViewSet[M]):
    """What can be booked: a write that hits appointments says what becomes of them, or is refused.

    The refusal, ``appointments_hit``, names them; ``decisions`` in the body answer it.
    """

    about: ClassVar[str]

    def people(self, values: Mapping[str, Any]) -> Collection[int]:
        """Keys of the specialists whose time a record with these values is about."""
        raise NotImplementedError

    def perform_create(self, serializer: BaseSerializer[M]) -> None:
        """Store it with all that was decided, or nothing."""
        store, given = super().perform_create, serializer.validated_data
        self._rearranged(self.people(given), given, lambda: store(serializer))

    def perform_change(self, serializer: BaseSerializer[M], *, version: int) -> None:
        """The same for a change: it is about the people of the record as it was and as it becomes."""
        store, given, record = super().perform_change, serializer.validated_data, serializer.instance
        before = {self.about: getattr(record, self.about)}
        people = {*self.people(before), *self.people(before | given)}
        self._rearranged(people, given, lambda: store(serializer, version=version))

    def perform_destroy(self, record: M) -> None:
        """The same when it goes."""
        read = serializers.DecisionsSerializer(data=self.request.data)
        read.is_valid(raise_exception=True)
        remove = super().perform_destroy
        people = self.people({self.about: getattr(record, self.about)})
        self._rearranged(people, read.validated_data, lambda: remove(record))

    def _rearranged(self, people: Collection[int], given: Mapping[str, Any], change: Callable[[], T]) -> T:
        return rearrange(
            specialists=people,
            change=change,
            decisions=decisions_of(given),
            by=signed_in(self.request),
            now=timezone.now(),
        )


def decisions_of(given: Mapping[str, Any]) -> dict[str, Decision]:
    """What a body decides, by reference as it is stored."""
    decided: Mapping[str, Any] = given.get("decisions") or {}
    return {
        normalise(reference): Decision(**{**one, "remedy": Remedy(one["remedy"])})
        for reference, one in decided.items()
    }


class TeamViewSet(PublishedViewSet[Team]):
    """Teams. Leads change the rules of their own; administrators make, delete and appoint leads."""

    queryset = Team.objects.prefetch_related("leads")
    serializer_class = serializers.TeamSerializer
    about = "pk"
    filters_class = filters.ActiveFilters
    lookup_field = "slug"

    def people(self, values: Mapping[str, Any]) -> Collection[int]:
        """Everybody of the team: its zone and its holidays say when they are there. Of a new one nobody."""
        team = Specialist.objects.filter(team=values.get("pk"))
        return list(team.values_list("pk", flat=True))

    def teams(self, record: Team) -> list[int]:
        """The team itself."""
        return [record.pk]

    def perform_create(self, serializer: BaseSerializer[Team]) -> None:
        """Store a new team."""
        check_administrator(signed_in(self.request))
        super().perform_create(serializer)

    def check_change(self, record: Team, values: dict[str, Any]) -> None:
        """Who leads a team is the administrator's."""
        if "leads" in values and set(values["leads"]) != set(record.leads.all()):
            check_administrator(signed_in(self.request))

    def perform_destroy(self, record: Team) -> None:
        """Delete a team that nothing refers to."""
        check_administrator(signed_in(self.request))
        super().perform_destroy(record)


class SpecialistViewSet(PublishedViewSet[Specialist]):
    """Specialists."""

    queryset = Specialist.objects.select_related("user", "team").prefetch_related("topics")
    serializer_class = serializers.SpecialistSerializer
    about = "pk"
    filters_class = filters.SpecialistFilters

    def people(self, values: Mapping[str, Any]) -> Collection[int]:
        """The specialist: another team may have other days. A new one has no appointments yet."""
        return [values["pk"]] if "pk" in values else []

    def teams(self, record: Specialist) -> list[int]:
        """The team the person works for."""
        return [record.team_id]


class WindowViewSet(PublishedViewSet[Window]):
    """Availability windows, with their exceptions."""

    queryset = Window.objects.select_related("specialist").prefetch_related(
        Prefetch("exceptions", WindowException.objects.order_by("day"))
    )
    serializer_class = serializers.WindowSerializer
    about = "specialist"
    filters_class = filters.WindowFilters

    def people(self, values: Mapping[str, Any]) -> Collection[int]:
        """The specialist."""
        return [values["specialist"].pk]

    def teams(self, record: Window) -> list[int]:
        """The team of the specialist."""
        return [record.specialist.team_id]


class WindowExceptionViewSet(PublishedViewSet[WindowException]):
    """Days on which a window is different."""

    queryset = WindowException.objects.select_related("window__specialist")
    serializer_class = serializers.WindowExceptionSerializer
    about = "window"
    filters_class = filters.WindowExceptionFilters

    def people(self, values: Mapping[str, Any]) -> Collection[int]:
        """The specialist of the window."""
        return [values["window"].specialist_id]

    def teams(self, record: WindowException) -> list[int]:
        """The team of the window's specialist."""
        return [record.window.specialist.team_id]


class AbsenceViewSet(PublishedViewSet[Absence]):
    """Absences."""

    queryset = Absence.objects.select_related("specialist")
    serializer_class = serializers.AbsenceSerializer
    about = "specialist"
    filters_class = filters.AbsenceFilters

    def people(self, values: Mapping[str, Any]) -> Collection[int]:
        """Whoever is away."""
        return [values["specialist"].pk]

    def teams(self, record: Absence) -> list[int]:
        """The team of the specialist."""
        return [record.specialist.team_id]


class ClosureViewSet(PublishedViewSet[Closure]):
    """Closing days. Those of everybody are the administrator's."""

    queryset = Closure.objects.select_related("team")
    serializer_class = serializers.ClosureSerializer
    about = "team"
    filters_class = filters.ClosureFilters

    def people(self, values: Mapping[str, Any]) -> Collection[int]:
        """Everybody of the team, or of all teams."""
        return closed_people(values.get("team"))

    def teams(self, record: Closure) -> list[int]:
        """The team that is closed, if it is one."""
        return [record.team_id] if record.team_id else []

    def perform_create(self, serializer: BaseSerializer[Closure]) -> None:
        """Close through the door."""
        given = {"team": None, **serializer.validated_data}
        given.pop("version", None)
        given["decisions"] = decisions_of(given)
        serializer.instance = close(**given, by=signed_in(self.request), now=timezone.now())
