"""Every figure equals what was worked out by hand for one month (``october.md`` beside this file)."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from callbacks.metrics import agreements, contacts, promises
from callbacks.metrics.scope import Scope
from callbacks.metrics.statistics import Share
from callbacks.models import Appointment, Attempt, Contact, Customer, Promise
from callbacks.states import State
from tests.factories import CustomerFactory, TopicFactory, World

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = dt.datetime(2026, 11, 2, 9, tzinfo=ZONE)
MINUTE = dt.timedelta(minutes=1)
PAGE = (Path(__file__).parent / "october.md").read_text()
ANSWERS = {"yes": True, "no": False, "-": None}

Row = dict[str, str]


def table(title: str) -> list[Row]:
    """The table under a heading of the page, a row by its column names."""
    part = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line[:1] == "|"]
    names, _rule, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [dict(zip(names, row, strict=True)) for row in rows]


FIGURES = {row["figure"]: row["value"] for row in table("Figures")}


def moment(text: str) -> dt.datetime:
    """A local day and time of the month."""
    day, clock = text.split()
    return dt.datetime.combine(dt.date(2026, 10, int(day)), dt.time.fromisoformat(clock), ZONE)


def share(text: str) -> Share:
    """``6 of 9``."""
    met, n = text.split(" of ")
    return Share(int(met), int(n))


def counted(text: str) -> dict[str, str]:
    """``A phone 2 of 3, B phone 1 of 1`` or ``voicemail 2, busy 1``: what stands behind each name."""
    found = {}
    for part in text.split(", "):
        words = part.split()
        start = next(place for place, word in enumerate(words) if word.isdigit())
        found[" ".join(words[:start])] = " ".join(words[start:])
    return found


@dataclass
class Month:
    """The month in the database."""

    world: World
    scope: Scope
    topics: dict[int, str]


@pytest.fixture
def month(world: World) -> Month:
    """Both tables, row by row."""
    topics = {"A": world.topic, "B": TopicFactory.create(teams=[world.team])}
    customers: dict[str, Customer] = {}

    def contact(row: Row, at: str, result: str, **more: object) -> Contact:
        name = row["customer"]
        known = None if name == "-" else customers.setdefault(name, CustomerFactory.create(name=name))
        return Contact.objects.create(
            agent=world.agent,
            customer=known,
            topic=topics[row["topic"]],
            channel=row["channel"],
            at=moment(at),
            result=result,
            **more,
        )

    for row in table("Callbacks"):
        promise(world, row, contact(row, row["asked"], "callback"))
    for row in table("Other contacts"):
        result, _comma, reached = row["result"].partition(", ")
        transferred = result == "transferred"
        contact(
            row,
            row["at"],
            result,
            reached=(reached == "reached") if transferred else None,
            about=Appointment.objects.get(customer__name=row["customer"]) if result == "status" else None,
            transferred_to=world.specialists[0] if transferred else None,
            referred_to="phone" if result == "referred" else "",
            refusal_reason="nothing_free" if result == "refused" else "",
            avoidable=ANSWERS[row["avoidable"]],
            searched_online=ANSWERS[row["searched"]],
        )
    scope = Scope(monday=dt.date(2026, 10, 5), weeks=4, teams=(world.team.pk,), zone=ZONE, now=NOW)
    return Month(world, scope, {one.pk: name for name, one in topics.items()})


def promise(world: World, row: Row, contact: Contact) -> None:
    """A callback with its promise and calls."""
    starts_at = moment(row["window"])
    assert contact.customer
    assert contact.topic
    appointment = Appointment.objects.create(
        reference=f"{row['name']:0>8}",
        customer=contact.customer,
        contact=contact,
        topic=contact.topic,
        team=world.team,
        starts_at=starts_at,
        ends_at=starts_at + 30 * MINUTE,
        phone="+447700900123",
        state=State.CANCELLED,
        confirm_by=contact.at,
        created_by=world.agent,
        created_at=contact.at,
    )
    made = Promise.objects.create(
        appointment=appointment,
        starts_at=starts_at,
        ends_at=starts_at + 30 * MINUTE,
        counts_from=starts_at - 5 * MINUTE,
        due_at=starts_at + 45 * MINUTE,
        made_at=contact.at,
        ended_at=moment(row["ended"]) if row["ended"] else None,
        outcome=row["outcome"],
    )
    for number, call in enumerate(filter(None, row["calls"].split(", ")), start=1):
        at, outcome = call.rsplit(" ", 1)
        Attempt.objects.create(
            appointment=appointment,
            promise=made,
            number=number,
            started_at=moment(at),
            by=world.person,
            outcome=outcome,
            next_step="close",
        )


def test_promises(month: Month) -> None:
    whole, weekly = promises.kept(month.scope)
    said = (whole.n, whole.kept, whole.late, whole.broken, whole.spoken)
    names = ("due", "kept", "late", "broken", "spoken as promised")
    assert said == tuple(int(FIGURES[name]) for name in names)
    assert whole.first_share == share(FIGURES["first-attempt success"])
    assert [one.kept_share for one in weekly] == [share(one) for one in FIGURES["kept by week"].split(", ")]
    assert promises.kept_by_half(month.scope) == {
        (month.world.team.pk, "am"): share(FIGURES["kept before noon"]),
        (month.world.team.pk, "pm"): share(FIGURES["kept after noon"]),
    }
    (october,) = [one for one in agreements.by_month(month.scope) if one.first == dt.date(2026, 10, 1)]
    assert october.kept == share(FIGURES["promises kept in October"])


def test_lateness(month: Month) -> None:
    late = [float(one) for one in FIGURES["lateness in minutes"].split()]
    found = promises.lateness(month.scope)
    assert (found.n, found.most) == (len(late), 60 * late[-1])
    assert found.p50 == 60 * float(FIGURES["lateness p50"])
    assert found.p90 == pytest.approx(60 * float(FIGURES["lateness p90"]))
    reached, n = FIGURES["called within 0, 15, 60 minutes"].split(" of ")
    assert promises.lateness_reached(month.scope, minutes=[0, 15, 60]) == [
        Share(int(one), int(n)) for one in reached.split()
    ]


def test_lead_time(month: Month) -> None:
    hours = [float(one) for one in FIGURES["lead time in hours"].split()]
    found = promises.lead_time(month.scope)
    assert (found.n, found.most) == (len(hours), 3600 * hours[-1])
    assert found.p50 == 3600 * float(FIGURES["lead time p50"])


def test_calls(month: Month) -> None:
    expected = {
        (number, outcome): int(n)
        for number, name in ((1, "first calls"), (2, "second calls"))
        for outcome, n in counted(FIGURES[name]).items()
    }
    assert promises.attempts(month.scope) == expected


def test_demand_and_questions(month: Month) -> None:
    whole, weekly = contacts.unmet_demand(month.scope)
    assert whole == share(FIGURES["unmet demand"])
    assert weekly == [share(one) for one in FIGURES["unmet demand by week"].split(", ")]
    asked, by_week = contacts.asking(month.scope)
    assert asked == int(FIGURES["where is my callback"])
    assert by_week == [int(one) for one in FIGURES["where is my callback by week"].split()]


def test_resolution(month: Month) -> None:
    found = contacts.resolution(month.scope)[None]
    assert found.share == share(FIGURES["first-contact resolution"])
    assert found.repeat_share == share(FIGURES["repeat contacts"])
    assert found.immature == int(FIGURES["too recent to tell"])


def test_answers(month: Month) -> None:
    found = {f"{month.topics[one.topic]} {one.channel}": one for one in contacts.answers(month.scope)}
    assert {name: str(one.n) for name, one in found.items()} == counted(FIGURES["contacts"])
    for figure, part in (("avoidable", "avoidable"), ("searched online first", "searched")):
        given = {name: getattr(one, part) for name, one in found.items() if getattr(one, part).n}
        assert given == {name: share(one) for name, one in counted(FIGURES[figure]).items()}


def test_transfers(month: Month) -> None:
    assert contacts.transfers(month.scope) == {
        (month.world.team.pk, "am"): share(FIGURES["transfers before noon"]),
        (month.world.team.pk, "pm"): share(FIGURES["transfers after noon"]),
    }


def test_every_figure_of_the_page_is_used() -> None:
    source = Path(__file__).read_text()
    assert [name for name in FIGURES if f'"{name}"' not in source] == []
