"""The organisation's records: read by everybody, written by those responsible."""

import datetime as dt
import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Role
from availability.models import Absence, Closure, Team, Topic, Window
from tests.factories import SpecialistFactory, TeamFactory, TopicFactory, UserFactory, World

API = "/api/v1"
WINDOW = {"weekday": 6, "starts": "09:00", "ends": "12:00", "valid_from": "2026-11-01"}


def post(client: APIClient, path: str, body: object, **headers: str) -> Any:
    return client.post(f"{API}/{path}/", body, format="json", headers=headers)


def patch(client: APIClient, path: str, body: object, **headers: str) -> Any:
    return client.patch(f"{API}/{path}/", body, format="json", headers=headers)


def test_a_team_is_found_by_its_short_name(agent: APIClient, world: World) -> None:
    answer = agent.get(f"{API}/teams/{world.team.slug}/")
    assert (answer.json()["name"], answer.json()["leads"]) == (world.team.name, [world.lead.username])
    assert answer["ETag"] == '"1"'


def test_an_administrator_makes_a_team(admin: APIClient) -> None:
    answer = post(admin, "teams", {"slug": "parking", "name": "Parking"})
    assert (answer.status_code, answer["Location"]) == (201, f"{API}/teams/parking/")
    assert Team.objects.get(slug="parking").version == 1


@pytest.mark.parametrize("method", ["post", "delete"])
def test_a_lead_neither_makes_nor_deletes_teams(lead: APIClient, world: World, method: str) -> None:
    path = f"{API}/teams/" if method == "post" else f"{API}/teams/{world.team.slug}/"
    answer = getattr(lead, method)(path, {"slug": "parking", "name": "Parking"}, format="json")
    assert answer.status_code == 403


def test_a_lead_changes_the_rules_of_the_own_team(lead: APIClient, world: World) -> None:
    answer = patch(lead, f"teams/{world.team.slug}", {"grace": 20})
    assert (answer.status_code, answer.json()["grace"], answer["ETag"]) == (200, 20, '"2"')


def test_a_lead_cannot_change_who_leads_the_team(lead: APIClient, world: World) -> None:
    own, friend = world.lead.username, UserFactory.create(role=Role.LEAD).username
    answers = [patch(lead, f"teams/{world.team.slug}", {"leads": leads}) for leads in ([own, friend], [own])]
    assert [answer.status_code for answer in answers] == [403, 200]


def test_a_lead_cannot_change_another_team(lead: APIClient) -> None:
    assert patch(lead, f"teams/{TeamFactory.create().slug}", {"grace": 20}).status_code == 403


def test_a_lead_cannot_move_a_specialist_to_another_team(lead: APIClient, world: World) -> None:
    other = TeamFactory.create()
    assert patch(lead, f"specialists/{world.specialists[0].pk}", {"team": other.slug}).status_code == 403
    world.specialists[0].refresh_from_db()
    assert world.specialists[0].team == world.team


def test_a_lead_cannot_take_a_specialist_from_another_team(lead: APIClient, world: World) -> None:
    other = SpecialistFactory.create()
    assert patch(lead, f"specialists/{other.pk}", {"team": world.team.slug}).status_code == 403


def test_a_lead_writes_topics_of_own_teams_only(lead: APIClient, world: World) -> None:
    other = TeamFactory.create()
    topic = {"slug": "permit", "name": "Permit", "teams": [world.team.slug]}
    assert post(lead, "topics", topic | {"teams": [world.team.slug, other.slug]}).status_code == 403
    assert not Topic.objects.filter(slug="permit").exists()
    assert post(lead, "topics", topic).status_code == 201


def test_a_lead_cannot_close_everybody(lead: APIClient, world: World) -> None:
    day = {"first_day": "2026-12-24", "last_day": "2026-12-24", "name": "Christmas Eve"}
    assert post(lead, "closures", day).status_code == 403
    assert post(lead, "closures", day | {"team": world.team.slug}).status_code == 201
    assert Closure.objects.get().team == world.team


def test_a_specialist_is_made_from_a_user(admin: APIClient, world: World) -> None:
    user = UserFactory.create(role=Role.SPECIALIST)
    body = {"user": user.username, "team": world.team.slug, "topics": [world.topic.slug]}
    answer = post(admin, "specialists", body)
    assert (answer.status_code, answer.json()["name"]) == (201, user.name)


def test_the_user_of_a_specialist_stays(admin: APIClient, world: World) -> None:
    user = UserFactory.create(role=Role.SPECIALIST)
    answer = patch(admin, f"specialists/{world.specialists[0].pk}", {"user": user.username})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "user")


def test_nobody_substitutes_themselves(admin: APIClient, world: World) -> None:
    own = world.specialists[0].pk
    answer = patch(admin, f"specialists/{own}", {"substitute": own})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "substitute")


def test_a_window_is_published_with_an_exception(lead: APIClient, world: World) -> None:
    window = post(lead, "windows", WINDOW | {"specialist": world.specialists[0].pk})
    body = {"window": window.json()["id"], "day": "2026-11-28"}
    assert post(lead, "window-exceptions", body).status_code == 201
    shown = lead.get(window["Location"]).json()
    assert [each["day"] for each in shown["exceptions"]] == ["2026-11-28"]


def test_a_second_exception_on_a_day_is_refused(lead: APIClient, world: World) -> None:
    window = Window.objects.first()
    assert window
    body = {"window": window.pk, "day": "2026-11-30"}
    assert post(lead, "window-exceptions", body).status_code == 201
    answer = post(lead, "window-exceptions", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "day")


def test_overlapping_windows_are_a_conflict(lead: APIClient, world: World) -> None:
    body = WINDOW | {"weekday": 1, "specialist": world.specialists[0].pk}
    answer = post(lead, "windows", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "overlap")
    assert answer.json()["errors"][0]["field"] == "starts"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends": "08:00"}, "ends"),
        ({"valid_until": "2026-10-01"}, "valid_until"),
        ({"weekday": 8}, "weekday"),
        ({"starts": "09:00:30"}, "starts"),
        ({"valid_from": "0001-01-01"}, "valid_from"),
        ({"valid_until": "9999-12-31"}, "valid_until"),
        ({"valid_from": "2026-02-30"}, "valid_from"),
        ({"starts": 9}, "starts"),
    ],
)
def test_a_wrong_window_names_the_field(
    lead: APIClient, world: World, change: dict[str, Any], field: str
) -> None:
    answer = post(lead, "windows", WINDOW | {"specialist": world.specialists[0].pk} | change)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


@pytest.mark.parametrize("specialist", [0, 10**30, "x", "\x00"])
def test_an_unknown_specialist_is_named(lead: APIClient, specialist: object) -> None:
    answer = post(lead, "windows", WINDOW | {"specialist": specialist})
    assert answer.status_code in {400, 404}
    assert answer.json()["errors"][0]["field"] == "specialist"


@pytest.mark.parametrize("value", ["\x00", "\ud800", "x" * 101, "", None, 10**400, [], {}])
def test_a_name_that_cannot_be_stored_is_named(admin: APIClient, value: object) -> None:
    body = json.dumps({"slug": "parking", "name": value})
    answer = admin.post(f"{API}/teams/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "name")


def test_a_short_name_is_used_once(admin: APIClient, world: World) -> None:
    answer = post(admin, "teams", {"slug": world.team.slug, "name": "Again"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "slug")


def test_a_team_with_specialists_cannot_be_deleted(admin: APIClient, world: World) -> None:
    answer = admin.delete(f"{API}/teams/{world.team.slug}/")
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")


def test_a_team_of_nobody_can_be_deleted(admin: APIClient) -> None:
    team = TeamFactory.create()
    assert admin.delete(f"{API}/teams/{team.slug}/").status_code == 204
    assert not Team.objects.filter(pk=team.pk).exists()


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', "*"])
def test_the_version_looked_at_is_written(admin: APIClient, world: World, tag: str) -> None:
    answer = patch(admin, f"teams/{world.team.slug}", {"grace": 5}, **{"If-Match": tag})
    assert answer.status_code == 200


def test_a_stale_version_is_refused(admin: APIClient, world: World) -> None:
    path = f"teams/{world.team.slug}"
    patch(admin, path, {"grace": 5})
    by_header = patch(admin, path, {"grace": 6}, **{"If-Match": '"1"'})
    by_body = patch(admin, path, {"grace": 6, "version": 1})
    deleted = admin.delete(f"{API}/{path}/", headers={"If-Match": '"1"'})
    for answer in (by_header, by_body, deleted):
        assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")
    world.team.refresh_from_db()
    assert (world.team.grace, world.team.version) == (5, 2)


@pytest.mark.parametrize("tag", ["1", '"x"', '"1", "2"', '"' + "9" * 40 + '"'])
def test_a_version_that_cannot_be_read_is_named(admin: APIClient, world: World, tag: str) -> None:
    answer = patch(admin, f"teams/{world.team.slug}", {"grace": 5}, **{"If-Match": tag})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "If-Match")


def test_why_a_colleague_is_away_is_not_for_everybody(
    agent: APIClient, lead: APIClient, world: World
) -> None:
    Absence.objects.create(
        specialist=world.specialists[0],
        starts_at=dt.datetime(2026, 12, 1, tzinfo=dt.UTC),
        ends_at=dt.datetime(2026, 12, 2, tzinfo=dt.UTC),
        reason="Hospital",
    )
    reasons = [client.get(f"{API}/absences/").json()["results"][0]["reason"] for client in (agent, lead)]
    assert reasons == ["", "Hospital"]


@pytest.mark.parametrize(
    ("path", "query", "found"),
    [
        ("topics", "team={team}", 1),
        ("topics", "is_active=false", 0),
        ("specialists", "team={team}&topic={topic}", 1),
        ("specialists", "team={team_id}", 1),
        ("windows", "specialist={specialist}&weekday=2", 1),
        ("windows", "team=", 6),
        ("absences", "from=2026-12-01&until=2026-12-31", 1),
        ("absences", "from=2026-12-03", 0),
        ("closures", "from=2026-12-26&until=2026-12-27", 1),
        ("closures", "until=2026-12-24", 0),
    ],
)
def test_lists_are_narrowed(agent: APIClient, world: World, path: str, query: str, found: int) -> None:
    other = SpecialistFactory.create(topics=[TopicFactory.create()])
    Window.objects.create(
        specialist=other, weekday=1, starts=dt.time(9), ends=dt.time(10), valid_from=dt.date(2026, 11, 1)
    )
    start = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    Absence.objects.create(specialist=other, starts_at=start, ends_at=start + dt.timedelta(days=1))
    Closure.objects.create(first_day=dt.date(2026, 12, 25), last_day=dt.date(2026, 12, 26), name="Christmas")
    given = query.format(
        team=world.team.slug,
        team_id=world.team.pk,
        topic=world.topic.slug,
        specialist=world.specialists[0].pk,
    )
    assert agent.get(f"{API}/{path}/?{given}").json()["count"] == found


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("windows", "specialist=0", 404),
        ("windows", f"specialist={10**30}", 404),
        ("windows", "specialist=x", 400),
        ("windows", "team=nowhere", 404),
        ("windows", "team=%00", 404),
        ("windows", "weekday=8", 400),
        ("absences", "from=yesterday", 400),
        ("closures", "until=2026-13-01", 400),
        ("teams", "is_active=perhaps", 400),
        ("teams", "page=0", 400),
        ("teams", "page=x", 400),
        ("teams", "page=9", 404),
        ("teams", "page_size=100000", 400),
    ],
)
def test_a_wrong_parameter_is_refused(agent: APIClient, path: str, query: str, status: int) -> None:
    answer = agent.get(f"{API}/{path}/?{query}")
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    named = [error["field"] for error in answer.json()["errors"]]
    assert named in ([query.split("=", maxsplit=1)[0]], [])


@pytest.mark.parametrize("path", ["teams/nowhere", "teams/%00", f"windows/{10**30}", "windows/x", "nothing"])
def test_what_is_not_there_is_a_problem(agent: APIClient, path: str) -> None:
    answer = agent.get(f"{API}/{path}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer["Content-Type"] == "application/problem+json"
