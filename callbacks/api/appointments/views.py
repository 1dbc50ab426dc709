"""Booking, finding and changing appointments. Each verb calls one door."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from callbacks import operations, references
from callbacks.api.appointments import serializers
from callbacks.api.appointments.filters import AppointmentFilters
from callbacks.api.authentication import signed_in
from callbacks.api.idempotency import idempotent
from callbacks.api.versions import tag, wanted_version
from callbacks.models import Appointment
from callbacks.operations import CustomerData

SHOWN = ("topic", "team", "specialist__user", "customer", "contact", "created_by", "claimed_by", "calling_by")
Door = Callable[..., Appointment]


class AppointmentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Appointment]
):
    """Callback appointments that this person may see."""

    queryset = Appointment.objects.all()
    serializer_class = serializers.AppointmentSerializer
    filters_class = AppointmentFilters
    lookup_field = "reference"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> QuerySet[Appointment]:
        """Only what the reader may see exists for the reader."""
        seen = Appointment.objects.visible_to(signed_in(self.request)).order_by("starts_at", "pk")
        if self.action == "retrieve":
            seen = seen.prefetch_related("promises", "attempts__by")
        return seen.select_related(*SHOWN)

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """One appointment comes with its promises and calls."""
        detailed = self.action == "retrieve"
        return serializers.AppointmentDetailSerializer if detailed else super().get_serializer_class()

    def get_object(self) -> Appointment:
        """The appointment, its reference typed in any notation."""
        self.kwargs["reference"] = references.normalise(self.kwargs["reference"])
        return super().get_object()

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Add the version, and for a new appointment its address."""
        response = super().finalize_response(request, response, *args, **kwargs)
        tag(response)
        if self.action == "create" and response.status_code == status.HTTP_201_CREATED:
            response["Location"] = f"{request.path}{response.data['reference']}/"
        return response

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the list by its parameters."""
        if self.action != "list":
            return queryset
        filters = self.filters_class.of(self.request)
        return filters.appointments(queryset, user=signed_in(self.request), now=timezone.now())

    @extend_schema(request=serializers.BookSerializer, responses={201: serializers.AppointmentSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        """Promise a callback. When the slot is gone the answer is a 409 with ``alternatives``."""
        asked = _read(serializers.BookSerializer, request)
        customer = CustomerData(**asked.pop("customer"))
        booked = operations.book(customer=customer, by=signed_in(request), now=timezone.now(), **asked)
        return Response(serializers.show(booked), status=status.HTTP_201_CREATED)

    @extend_schema(request=serializers.ChangeSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def confirm(self, request: Request, **_kwargs: Any) -> Response:
        """The specialist will call at the promised time."""
        return self._change(operations.confirm, _read(serializers.ChangeSerializer, request))

    @extend_schema(request=serializers.ReasonSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def decline(self, request: Request, **_kwargs: Any) -> Response:
        """The specialist cannot: a free colleague takes over, else the front office agrees a new time."""
        return self._change(operations.decline, _read(serializers.ReasonSerializer, request))

    @extend_schema(request=serializers.ProposeSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def propose(self, request: Request, **_kwargs: Any) -> Response:
        """Ask the front office to agree another time of this specialist; the promise stays until it does."""
        return self._change(operations.propose, _read(serializers.ProposeSerializer, request))

    @extend_schema(request=serializers.ChangeSerializer)
    @action(detail=True, methods=["post"], url_path="begin-call")
    @idempotent
    def begin_call(self, request: Request, **_kwargs: Any) -> Response:
        """You dial the customer now: the start of your next call attempt. While a colleague calls: 409."""
        return self._change(operations.begin_call, _read(serializers.ChangeSerializer, request))

    @extend_schema(
        request=serializers.LogAttemptSerializer, responses={201: serializers.AppointmentSerializer}
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def attempts(self, request: Request, **_kwargs: Any) -> Response:
        """Log a call and what follows."""
        asked = _read(serializers.LogAttemptSerializer, request)
        return self._change(operations.log_attempt, asked, answer=status.HTTP_201_CREATED)

    @extend_schema(request=serializers.RescheduleSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def reschedule(self, request: Request, **_kwargs: Any) -> Response:
        """Agree another time: a new promise, and the old one ends."""
        return self._change(operations.reschedule, _read(serializers.RescheduleSerializer, request))

    @extend_schema(request=serializers.ReassignSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def reassign(self, request: Request, **_kwargs: Any) -> Response:
        """Let another specialist keep the same promise."""
        return self._change(operations.reassign, _read(serializers.ReassignSerializer, request))

    @extend_schema(request=serializers.ForwardSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def forward(self, request: Request, **_kwargs: Any) -> Response:
        """Another team or person has to answer it: at the same time when they have it free."""
        return self._change(operations.forward, _read(serializers.ForwardSerializer, request))

    @extend_schema(request=serializers.ReasonSerializer)
    @action(detail=True, methods=["post"], url_path="send-back")
    @idempotent
    def send_back(self, request: Request, **_kwargs: Any) -> Response:
        """Return it to the front office, which agrees something else with the customer."""
        return self._change(operations.send_back, _read(serializers.ReasonSerializer, request))

    @extend_schema(request=serializers.CancelSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def cancel(self, request: Request, **_kwargs: Any) -> Response:
        """No call any more."""
        return self._change(operations.cancel, _read(serializers.CancelSerializer, request))

    @extend_schema(request=serializers.ReasonSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def reopen(self, request: Request, **_kwargs: Any) -> Response:
        """Closed too early: the front office agrees a new time."""
        return self._change(operations.reopen, _read(serializers.ReasonSerializer, request))

    @extend_schema(request=serializers.ChangeSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def undo(self, request: Request, **_kwargs: Any) -> Response:
        """Take your booking back within a minute; the customer hears nothing of it."""
        return self._change(operations.undo, _read(serializers.ChangeSerializer, request))

    @extend_schema(request=serializers.ChangeSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def claim(self, request: Request, **_kwargs: Any) -> Response:
        """Take it from the worklist upon you, also from a colleague."""
        return self._change(operations.claim, _read(serializers.ChangeSerializer, request))

    @extend_schema(request=serializers.ChangeSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def release(self, request: Request, **_kwargs: Any) -> Response:
        """Leave it on the worklist for everybody."""
        return self._change(operations.release_claim, _read(serializers.ChangeSerializer, request))

    @extend_schema(request=serializers.NoteSerializer, responses={201: serializers.AppointmentSerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def notes(self, request: Request, **_kwargs: Any) -> Response:
        """Write something in its log."""
        asked = _read(serializers.NoteSerializer, request)
        return self._change(operations.add_note, asked, answer=status.HTTP_201_CREATED)

    @extend_schema(request=serializers.PhoneSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def phone(self, request: Request, **_kwargs: Any) -> Response:
        """Call on another number."""
        return self._change(operations.correct_phone, _read(serializers.PhoneSerializer, request))

    @extend_schema(request=serializers.ChangeSerializer)
    @action(detail=True, methods=["post"], url_path="withdraw-link")
    @idempotent
    def withdraw_link(self, request: Request, **_kwargs: Any) -> Response:
        """What the customer got opens nothing any more; the next message brings a new link."""
        return self._change(operations.withdraw_link, _read(serializers.ChangeSerializer, request))

    @extend_schema(responses=serializers.LogEntrySerializer(many=True))
    @action(detail=True, serializer_class=serializers.LogEntrySerializer)
    def log(self, _request: Request, **_kwargs: Any) -> Response:
        """Everything that happened, first to last."""
        entries: QuerySet[Any] = self.get_object().log.all()
        page = self.paginate_queryset(entries)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _change(
        self,
        door: Door,
        asked: dict[str, Any],
        *,
        answer: int = status.HTTP_200_OK,
    ) -> Response:
        appointment = self.get_object()
        given = asked.pop("version", None)
        changed = door(
            appointment=appointment,
            version=wanted_version(self.request, given=given, current=appointment.version),
            by=signed_in(self.request),
            now=timezone.now(),
            **asked,
        )
        return Response(serializers.show(changed), status=answer)


def _read(serializer: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    return serializers.read(serializer, request.data)
