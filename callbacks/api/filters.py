"""What a list can be narrowed by: query parameters read by a serializer, so that their errors name them."""

from typing import Any, ClassVar, Self, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from availability.models import Team

M = TypeVar("M", bound=Model)


class Filters(serializers.Serializer[Any]):
    """Query parameters. An empty one counts as absent; a repeated one as a list with commas."""

    lookups: ClassVar[dict[str, str]] = {}

    @classmethod
    def of(cls, request: Request) -> Self:
        """Read the parameters of a request; raises ``ValidationError`` that names the wrong one."""
        given = {name: ",".join(values) for name, values in request.query_params.lists()}
        filters = cls(
            data={name: value for name, value in given.items() if value.strip()}, context={"request": request}
        )
        filters.is_valid(raise_exception=True)
        return filters

    def narrow(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Keep the rows that fit every parameter given; ``lookups`` says how each is looked up."""
        wanted = self.validated_data.items()
        return rows.filter(**{self.lookups.get(name, name): value for name, value in wanted})


class TeamField(serializers.SlugRelatedField[Team]):
    """A team by its short name or its id."""

    def __init__(self) -> None:
        super().__init__(
            slug_field="slug", queryset=Team.objects.all(), required=False, help_text=_("Short name or id.")
        )

    def to_internal_value(self, data: str) -> Team:
        """Find the team; raises ``ValidationError`` with code ``does_not_exist``."""
        by_id = Q(pk=int(data)) if data.isdecimal() and len(data) < 19 else Q()
        found = Team.objects.filter(Q(slug=data) | by_id).first() if "\x00" not in data else None
        if found is None:
            self.fail("does_not_exist", slug_name="slug", value=data)
        return found
