"""Health for machines: no sign-in, nothing about people, nothing secret."""

from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from callbacks.health.checks import WorkHealth, broker_answers, check_work
from callbacks.health.metrics import CONTENT_TYPE, exposition


@require_safe
@never_cache
def health(_request: HttpRequest) -> JsonResponse:
    """Whether database, broker and every sweep are at work: 200, or 503 when something is not."""
    work, broker = check_work(), broker_answers()
    well = broker and work is not None and all(sweep.is_well for sweep in work.sweeps.values())
    return JsonResponse(
        {
            "status": _word(well=well),
            "database": _word(well=work is not None),
            "broker": _word(well=broker),
            **(_work(work) if work else {}),
        },
        status=HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE,
    )


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers for Prometheus, to whoever knows the token; without a token in the settings to nobody."""
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    # In the same time whatever is right about it: else the token could be found piece by piece.
    if not constant_time_compare(given, settings.METRICS_TOKEN):
        return HttpResponse(
            "A bearer token is needed.",
            content_type="text/plain",
            status=HTTPStatus.UNAUTHORIZED,
            headers={"WWW-Authenticate": "Bearer"},
        )
    text = exposition()
    if text is None:
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    return HttpResponse(text, content_type=CONTENT_TYPE)


@require_safe
@never_cache
def live(_request: HttpRequest) -> HttpResponse:
    """Whether this process answers at all; asks no other service."""
    return HttpResponse("ok", content_type="text/plain")


def _work(work: WorkHealth) -> dict[str, object]:
    return {
        "sweeps": {
            name: {
                "status": _word(well=sweep.is_well),
                "age_seconds": sweep.age_seconds,
                "stuck_rows": sweep.stuck_rows,
            }
            for name, sweep in work.sweeps.items()
        },
        "failed_messages": work.failed_messages,
        "channels_down": work.channels_down,
    }


def _word(*, well: bool) -> str:
    return "ok" if well else "red"
