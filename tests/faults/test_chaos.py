"""Everything breaks at random while people book; ``script/chaos`` does it for ten minutes."""

import os
import sys
import time

import pytest

from tests.factories import World
from tests.faults.installation import COUNT, Installation, Services
from tests.faults.processes import Ticker
from tests.faults.web import Load, Web
from tests.faults.work import wishes

pytestmark = pytest.mark.fault

# Everything is hit once, and again until this time is over.
SECONDS = float(os.environ.get("CHAOS_SECONDS", "0"))
CLIENTS = 3
ALL = "SELECT count(*) FROM callbacks_message"
SENT = "SELECT uid::text FROM callbacks_message WHERE state = 'sent' AND reader_id IS NULL"
UNTOLD = """
SELECT count(*) FROM callbacks_appointment a
WHERE NOT EXISTS (
  SELECT FROM callbacks_message m WHERE m.appointment_id = a.id AND m.kind = 'specialist_confirm'
)
"""


def test_nothing_is_lost_while_everything_breaks(
    crowd: World, token: str, installation: Installation, ticker: Ticker
) -> None:
    wanted, web = list(wishes(crowd)), Web(installation.web, token)
    loads = [Load(web, iter(wanted[number::CLIENTS])) for number in range(CLIENTS)]
    ticker.start()
    end = time.monotonic() + SECONDS
    for load in loads:
        load.start()
    installation.hit_everything()
    while time.monotonic() < end:
        installation.hit_everything()
    promised = {reference for load in loads for reference in load.stop()}
    installation.settle()
    figures = count(installation.services, promised)
    show({**figures, **installation.hits})
    assert promised
    assert (figures["promises lost"], figures["messages lost"]) == (0, 0)
    assert figures["duplicates"] <= installation.excused


def count(services: Services, promised: set[str]) -> dict[str, int]:
    """What became of everything."""
    database, came = services.database, services.outside.counts
    stored = {reference for (reference,) in database.rows("SELECT reference FROM callbacks_appointment")}
    sent = {uid for (uid,) in database.rows(SENT)}
    return {
        "promises made": len(promised),
        "promises lost": len(promised - stored),
        "messages due": database.rows(ALL)[0][0],
        "sent": database.rows(COUNT, "sent")[0][0],
        "superseded": database.rows(COUNT, "superseded")[0][0],
        "tasks for people": database.rows(COUNT, "failed")[0][0],
        "duplicates": came.total() - len(came),
        "messages lost": len(sent - came.keys()) + database.rows(UNTOLD)[0][0],
    }


def show(figures: dict[str, int]) -> None:
    """For whoever runs it by hand."""
    lines = [f"{name:>20}: {number}" for name, number in figures.items()]
    sys.stderr.write("\n".join(["", f"{SECONDS:.0f} s of chaos", *lines, ""]))
