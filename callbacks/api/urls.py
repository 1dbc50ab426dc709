"""Addresses of the API."""

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework.routers import SimpleRouter

from callbacks.api.appointments.views import AppointmentViewSet
from callbacks.api.browse import BrowseView, DescriptionView
from callbacks.api.contacts.views import AvoidableReasonViewSet, ContactViewSet
from callbacks.api.holds import HoldView
from callbacks.api.organisation import published
from callbacks.api.organisation import views as organisation
from callbacks.api.problems import MEDIA_TYPE, Problem
from callbacks.api.slots import SlotView
from callbacks.api.tokens import TokenView
from callbacks.api.transfers import AvailableView


@csrf_exempt
def unknown_address(_request: HttpRequest, *_rest: str) -> JsonResponse:
    """A 404 for programs, also for addresses without the slash at the end."""
    problem = Problem(404, "not_found", _("There is nothing at this address. Addresses end in a slash."))
    return JsonResponse(problem.body(), status=problem.status, content_type=MEDIA_TYPE)


router = SimpleRouter()
router.register("teams", published.TeamViewSet)
router.register("topics", organisation.TopicViewSet)
router.register("specialists", published.SpecialistViewSet)
router.register("windows", published.WindowViewSet)
router.register("window-exceptions", published.WindowExceptionViewSet)
router.register("absences", published.AbsenceViewSet)
router.register("closures", published.ClosureViewSet)
router.register("appointments", AppointmentViewSet)
router.register("contacts", ContactViewSet)
router.register("avoidable-reasons", AvoidableReasonViewSet)

urlpatterns: list[URLPattern | URLResolver] = [
    path("token/", TokenView.as_view(), name="api-token"),
    path("slots/", SlotView.as_view(), name="api-slots"),
    path("holds/", HoldView.as_view(), name="api-holds"),
    path("specialists/available/", AvailableView.as_view(), name="api-available"),
    path("schema/", DescriptionView.as_view(), name="api-schema"),
    path("docs/", BrowseView.as_view(), name="api-docs"),
    *router.urls,
    re_path("", unknown_address),
]
