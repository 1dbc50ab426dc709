"""The days on which a team is closed, with the name of the day."""

import datetime as dt

import holidays
from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language

from availability.models import Closure, Team
from availability.slots import DAY

# How the library calls the languages of the pages.
LANGUAGES = {"nl": "nl", "en": "en_US"}


def closed_days(team: Team, *, first: dt.date, last: dt.date) -> dict[dt.date, str]:
    """Closing days and (where the team observes them) public holidays from ``first`` to ``last``, included.

    Named in the reader's language as far as the library knows it.
    """
    closed = _public_holidays(first, last) if team.observes_public_holidays else {}
    closures = Closure.objects.filter(
        Q(team__isnull=True) | Q(team=team), first_day__lte=last, last_day__gte=first
    )
    for closure in closures:
        start, end = max(closure.first_day, first), min(closure.last_day, last)
        closed |= {start + DAY * n: closure.name for n in range((end - start).days + 1)}
    return dict(sorted(closed.items()))


def _public_holidays(first: dt.date, last: dt.date) -> dict[dt.date, str]:
    found = holidays.country_holidays(
        settings.HOLIDAY_COUNTRY,
        years=range(first.year, last.year + 1),
        language=LANGUAGES.get(get_language() or ""),
    )
    return {day: name for day, name in found.items() if first <= day <= last}
