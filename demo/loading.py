"""Loads the demo organisation: everything in one transaction, the same for the same seed and moment."""

import datetime as dt
import random
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from availability.models import Team
from callbacks.models import Appointment
from demo import history, improving, recent, scenes, season
from demo.bulk import settle_keys, store, without_indexes
from demo.catalogue import REASONS, SIGN_INS, TEAMS
from demo.organisation import create_organisation
from demo.recent import SPAN
from demo.rows import ReasonRow, Sheet
from demo.staging import CONTACTS_EACH, Diary, Stage
from demo.telling import A_DAY

# From here on it is quicker to make the indexes anew than to keep them up to date.
LARGE = 20_000
RECENT = 1_700
USUAL = RECENT + season.SIZE
LOCK = 5_118_004  # any number, as long as nothing else in the database uses it


class OtherDataError(Exception):
    """The database already holds an organisation that is not the demo's."""


def is_loaded() -> bool:
    """Whether the demo organisation is there."""
    return Team.objects.filter(slug=TEAMS[0].slug, name=TEAMS[0].name).exists()


def load(*, seed: int, size: int, now: dt.datetime) -> bool:
    """Load the organisation with ``size`` appointments as of ``now`` (UTC).

    Gives False, and changes nothing, when it is there already. Raises ``OtherDataError`` for a database that
    holds teams, appointments or sign-ins of somebody else.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL lock_timeout = 0")
        # Two loads at once: the second waits here, and then finds it done.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if is_loaded():
            return False
        _check_empty()
        _load(seed=seed, size=size, now=now)
    return True


def _check_empty() -> None:
    taken = User.objects.filter(username__in=SIGN_INS).exists()
    if taken or Team.objects.exists() or Appointment.objects.exists():
        raise OtherDataError


def _load(*, seed: int, size: int, now: dt.datetime) -> None:
    zone, rng, sheet = ZoneInfo(settings.TIME_ZONE), random.Random(seed), Sheet()
    organisation = create_organisation(today=now.astimezone(zone).date(), rng=rng)
    for name in REASONS:
        sheet.add(ReasonRow(sheet.next_id(ReasonRow), version=1, name=name, is_active=True))
    stage = Stage(organisation, sheet, rng, now=now, zone=zone)
    if size - USUAL >= LARGE:
        with without_indexes():
            _play(stage, size)
    else:
        _play(stage, size)
    settle_keys()
    improving.play(now=now)


def _play(stage: Stage, size: int) -> None:
    around_now, of_season = min(size, RECENT), max(0, min(size, USUAL) - RECENT)
    history.play(stage, wanted=max(0, size - USUAL))
    season.play(stage, wanted=of_season)
    diary = Diary()
    staged = scenes.play(stage, diary)
    recent.fill(stage, diary, wanted=max(0, around_now - staged))
    # About two thirds of them lie behind.
    for _contact in range(around_now * CONTACTS_EACH * 2 // 3):
        stage.contact(stage.office_moment_before(stage.now - A_DAY * stage.rng.randrange(SPAN.days)))
    store(stage.sheet)
