"""Health for machines: no sign-in, nothing about people, nothing secret."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from callbacks.health.checks import WorkHealth, broker_answers, check_work


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
    }


def _word(*, well: bool) -> str:
    return "ok" if well else "red"
