"""The customer's own page: what it shows, what can be done there, and what it keeps to itself."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client, override_settings

from callbacks import operations
from callbacks.models import Appointment, LogEntry, Promise
from callbacks.states import PromiseOutcome, State, Verb
from tests.factories import NOW, CustomerFactory, World, at
from tests.frontoffice.conftest import queries, squashed, text_of

pytestmark = pytest.mark.usefixtures("_uncounted")

SECRET = "QUESTION-OR-NOTE"
SLUGS = ("move", "cancel", "number")


@pytest.fixture
def appointment(world: World) -> Appointment:
    customer = CustomerFactory.create(name="Jo Jansen", phone="+447700900678", language="nl")
    return world.book(at(10, day=24), customer=customer, question=SECRET, internal_note=SECRET)


def key(appointment: Appointment) -> str:
    return operations.link_token(appointment=appointment, now=NOW)


def address(appointment: Appointment, slug: str = "", **parameters: str) -> str:
    more = "".join(f"&{name}={value}" for name, value in parameters.items())
    return f"/callback/{slug and slug + '/'}?key={key(appointment)}{more}"


def text(client: Client, appointment: Appointment, **parameters: str) -> str:
    return text_of(client.get(address(appointment, **parameters)).content.decode())


def send(client: Client, appointment: Appointment, slug: str, **fields: Any) -> Any:
    return client.post(address(appointment, slug), {"version": appointment.version, **fields})


def fresh(appointment: Appointment) -> Appointment:
    return Appointment.objects.get(pk=appointment.pk)


def test_it_shows_time_team_reference_and_how_the_number_ends(
    client: Client, appointment: Appointment
) -> None:
    shown = text(client, appointment)
    assert "dinsdag 24 november 2026 tussen 10:00 en 10:30 uur" in shown
    for one in (appointment.team.name, appointment.reference, "eindigt op 678"):
        assert one in shown


def test_it_shows_nothing_else_of_the_customer(client: Client, appointment: Appointment) -> None:
    page = client.get(address(appointment)).content.decode()
    hidden = (
        SECRET,
        "Jansen",
        "+447700900678",
        "07700 900678",
        "900678",
        appointment.topic.name,
        "Anna Agent",
    )
    assert [one for one in hidden if one in page] == []


def test_it_speaks_the_customers_language_and_the_other_one(client: Client, appointment: Appointment) -> None:
    assert "Wij bellen u" in text(client, appointment)
    response = client.get(address(appointment, lang="en"))
    assert ("We will call you" in response.content.decode(), response["Content-Language"]) == (True, "en")


def test_times_are_the_teams(client: Client, appointment: Appointment) -> None:
    appointment.team.time_zone = "Europe/Lisbon"
    appointment.team.save(update_fields=["time_zone"])
    assert "tussen 09:00 en 09:30" in text(client, appointment)


def test_looking_changes_nothing(client: Client, appointment: Appointment) -> None:
    where = [address(appointment), *(address(appointment, slug) for slug in SLUGS)]
    entries = LogEntry.objects.count()
    for one in where:
        client.get(one)
        client.head(one)
    assert (fresh(appointment).version, LogEntry.objects.count()) == (1, entries)


def test_what_is_looked_up_where_forms_are_sent_leads_to_the_page(
    client: Client, appointment: Appointment
) -> None:
    response = client.get(address(appointment, "cancel"))
    assert response["Location"] == f"/callback/?key={key(appointment)}&lang=nl"


def test_a_form_from_elsewhere_is_refused(appointment: Appointment) -> None:
    careful = Client(enforce_csrf_checks=True)
    assert send(careful, appointment, "cancel").status_code == 403
    assert fresh(appointment).state == State.SCHEDULED


def test_the_form_of_the_page_is_taken(appointment: Appointment) -> None:
    careful = Client(enforce_csrf_checks=True)
    page = careful.get(address(appointment)).content.decode()
    token = re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    assert send(careful, appointment, "cancel", csrfmiddlewaretoken=token).status_code == 302


def test_a_move_is_the_customers_and_withdraws_the_promise(client: Client, appointment: Appointment) -> None:
    response = send(client, appointment, "move", starts_at=at(11, day=25).isoformat())
    assert "done=move" in response["Location"]
    assert fresh(appointment).starts_at == at(11, day=25)
    assert [one.outcome for one in Promise.objects.all()] == [PromiseOutcome.WITHDRAWN, ""]
    assert LogEntry.objects.get(verb=Verb.RESCHEDULE).by_customer


def test_every_button_for_a_time_moves_there(client: Client, appointment: Appointment) -> None:
    page = client.get(address(appointment, day="2026-11-25")).content.decode()
    offered = re.findall(r'name="starts_at"\s+value="([^"]+)"', page)
    assert send(client, appointment, "move", starts_at=offered[3]).status_code == 302
    assert fresh(appointment).starts_at == dt.datetime.fromisoformat(offered[3])


def test_the_time_one_has_is_not_offered(client: Client, appointment: Appointment) -> None:
    page = client.get(address(appointment, day="2026-11-24")).content.decode()
    assert f'value="{at(10, day=24).isoformat()}"' not in page
    assert f'value="{at(10, 15, day=24).isoformat()}"' in page


def test_later_days_are_a_link_away_until_the_teams_horizon(client: Client, appointment: Appointment) -> None:
    page = client.get(address(appointment)).content.decode()
    assert "from=2026-12-05" in page
    last = client.get(address(appointment, **{"from": "2027-01-04"})).content.decode()
    assert ("from=" in last, "Eerste dagen" in last, "day=2027-01-04" in last) == (True, True, True)
    assert "Latere dagen" not in last


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "x", "2026-02-30"])
def test_any_day_may_be_asked_for(client: Client, appointment: Appointment, day: str) -> None:
    assert client.get(address(appointment, **{"day": day, "from": day})).status_code == 200


def test_a_time_taken_meanwhile_gives_others_and_keeps_the_old(
    world: World, client: Client, appointment: Appointment
) -> None:
    world.book(at(11, day=25))
    response = send(client, appointment, "move", starts_at=at(11, day=25).isoformat())
    page = squashed(response.content.decode())
    assert (response.status_code, fresh(appointment).version) == (409, 1)
    assert "<title>Fout:" in page
    assert "Deze tijd is weg. Kies een andere. Uw afspraak blijft zoals die is." in page
    assert "dinsdag 24 november 2026 tussen 10:00" in page
    assert "Verzetten naar woensdag 25 november 11:30" in page


def test_a_time_that_nobody_offers_is_refused(client: Client, appointment: Appointment) -> None:
    response = send(client, appointment, "move", starts_at=at(3, day=25).isoformat())
    assert (response.status_code, fresh(appointment).version) == (422, 1)


@pytest.mark.parametrize("typed", ["", "x", "9999-12-31T23:59"])
def test_what_is_no_time_is_refused(client: Client, appointment: Appointment, typed: str) -> None:
    assert send(client, appointment, "move", starts_at=typed).status_code == 422


def test_cancelling_says_so(client: Client, appointment: Appointment) -> None:
    send(client, appointment, "cancel")
    shown = text(client, appointment, done="cancel")
    assert fresh(appointment).state == State.CANCELLED
    assert "U hebt de afspraak geannuleerd." in shown
    assert "Uw afspraak is geannuleerd" in shown


def test_what_is_cancelled_has_no_buttons(client: Client, appointment: Appointment) -> None:
    send(client, appointment, "cancel")
    assert "<form" not in client.get(address(appointment)).content.decode()


def test_a_number_is_taken_in_any_notation(client: Client, appointment: Appointment) -> None:
    send(client, appointment, "number", phone="020-123 45 67")
    assert fresh(appointment).phone == "+31201234567"
    assert "eindigt op 567" in text(client, appointment, done="number")


def test_a_wrong_number_stays_in_the_field(client: Client, appointment: Appointment) -> None:
    response = send(client, appointment, "number", phone="06 1234")
    page = response.content.decode()
    assert (response.status_code, fresh(appointment).phone) == (422, "+447700900678")
    assert 'value="06 1234"' in page
    assert 'href="#id_number_phone"' in page


@pytest.mark.parametrize(
    ("slug", "fields"),
    [
        ("move", {"starts_at": at(11, day=25).isoformat()}),
        ("cancel", {}),
        ("number", {"phone": "0201234567"}),
    ],
)
def test_a_button_pressed_twice_does_it_once_and_says_it_is_done(
    client: Client, appointment: Appointment, slug: str, fields: dict[str, str]
) -> None:
    first, second = (send(client, appointment, slug, **fields) for _ in range(2))
    assert second["Location"] == first["Location"]
    assert fresh(appointment).version == 2


def test_what_changed_meanwhile_is_shown_before_anything_is_done(
    world: World, client: Client, appointment: Appointment
) -> None:
    operations.reschedule(
        appointment=appointment,
        version=1,
        starts_at=at(13, day=24),
        customer_agreed=True,
        by=world.agent,
        now=NOW,
    )
    response = send(client, appointment, "number", phone="020 123 4567")
    page = response.content.decode()
    assert response.status_code == 409
    assert fresh(appointment).phone == "+447700900678"
    assert "tussen 13:00 en 13:30" in page
    assert 'value="020 123 4567"' in page
    assert 'name="version" value="2"' in page


def test_what_waits_for_a_new_time_offers_times_at_once(
    world: World, client: Client, appointment: Appointment
) -> None:
    operations.decline(appointment=appointment, version=1, reason="Ill", by=world.person, now=NOW)
    page = client.get(address(appointment)).content.decode()
    assert "Er is een nieuwe tijd nodig" in page
    assert re.search(r'id="move"\s+open', page)


def test_a_broken_promise_is_called_so(client: Client, appointment: Appointment) -> None:
    with time_machine.travel(at(12, day=24), tick=False):
        assert "Wij hadden u moeten bellen" in text(client, appointment)


def answers(client: Client, where: list[str]) -> set[tuple[int, str]]:
    """Status and page of each address, without the address itself."""
    got = [client.get(one) for one in where]
    return {(one.status_code, re.sub(r'href="\?[^"]*"', "", one.content.decode())) for one in got}


def test_unknown_expired_and_withdrawn_links_are_all_the_same(
    world: World, client: Client, appointment: Appointment
) -> None:
    gone, old = world.book(at(11)), world.book(at(9))
    where = ["/callback/?key=nothing", "/callback/", address(gone), address(old)]
    operations.withdraw_link(appointment=gone, version=1, by=world.agent, now=NOW)
    with time_machine.travel(at(10, day=24), tick=False):
        ((status, page),) = answers(client, where)
    assert (status, "Bel ons" in page or "bel ons" in page) == (404, True)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_verb_without_a_link_is_not_found(client: Client, appointment: Appointment, slug: str) -> None:
    assert client.post(f"/callback/{slug}/?key=nothing", {"version": 1}).status_code == 404


def test_a_link_is_for_one_appointment(world: World, client: Client, appointment: Appointment) -> None:
    other = world.book(at(15, day=24), customer=appointment.customer)
    assert other.reference not in client.get(address(appointment)).content.decode()


@pytest.mark.parametrize("where", ["known", "unknown", "busy"])
def test_no_copy_no_trace_no_index(client: Client, appointment: Appointment, where: str) -> None:
    for _ in range(10 if where == "busy" else 0):
        client.get("/callback/")
    response = client.get("/callback/" if where == "unknown" else address(appointment))
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "strict-origin"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert 'content="noindex, nofollow"' in response.content.decode()


def test_the_eleventh_request_in_a_minute_waits(client: Client, appointment: Appointment) -> None:
    statuses = [client.get(address(appointment)).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    assert client.get(address(appointment))["Retry-After"] == "60"


def test_a_minute_later_it_opens_again(client: Client, appointment: Appointment) -> None:
    for _ in range(11):
        client.get(address(appointment))
    with time_machine.travel(NOW + dt.timedelta(seconds=61), tick=False):
        assert client.get(address(appointment)).status_code == 200


def test_too_many_requests_change_nothing(client: Client, appointment: Appointment) -> None:
    for _ in range(10):
        client.get("/callback/")
    assert send(client, appointment, "cancel").status_code == 429
    assert fresh(appointment).version == 1


def test_another_address_is_not_held_up(client: Client, appointment: Appointment) -> None:
    for _ in range(11):
        client.get(address(appointment))
    assert client.get(address(appointment), REMOTE_ADDR="192.0.2.7").status_code == 200


def test_without_the_cache_the_page_opens(client: Client, appointment: Appointment) -> None:
    gone = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    with override_settings(CACHES={"default": gone}):
        assert client.get(address(appointment)).status_code == 200


def test_the_page_takes_as_many_queries_for_many_appointments_as_for_one(
    world: World, client: Client, appointment: Appointment
) -> None:
    one = queries(client, address(appointment))
    for hour in (9, 11, 12):
        world.book(at(hour, day=25))
    assert queries(client, address(appointment)) == one
