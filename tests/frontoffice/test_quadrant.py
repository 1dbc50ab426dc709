"""The quadrant of topics, rating them, and the list of what is done about them."""

import datetime as dt
import math
import re
from collections.abc import Iterable
from html import unescape
from itertools import combinations
from random import Random
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from callbacks import operations
from callbacks.metrics.contacts import Handled
from callbacks.models import Contact, FigureExport, Improvement, TopicRating
from callbacks.states import Value
from frontoffice.presenters.lookback.quadrant import LEFT, SIDE, TOP, Disc, Judged, discs
from tests.factories import NOW, TeamFactory, TopicFactory, UserFactory, World
from tests.frontoffice.conftest import Enter, queries, text_of

PAGE = "/look-back/quadrant/"
DAY = dt.timedelta(days=1)
# In the last whole week, which the page shows unasked.
LAST_WEEK = NOW - 4 * DAY


def contacts(world: World, number: int, *, seconds: int | None = 60, topic: Any = None) -> None:
    opened = None if seconds is None else LAST_WEEK - dt.timedelta(seconds=seconds)
    Contact.objects.bulk_create(
        Contact(
            agent=world.agent, topic=topic or world.topic, result="solved", at=LAST_WEEK, opened_at=opened
        )
        for _ in range(number)
    )


def rate(world: World, customer: int, organisation: int, **given: Any) -> TopicRating:
    fields = {"topic": world.topic, "version": 0, "by": world.lead, "now": NOW, **given}
    return operations.rate_topic(for_customer=customer, for_organisation=organisation, **fields)


def add(world: World, what: str = "Brief duidelijker", **given: Any) -> Improvement:
    fields = {"topic": world.topic, "action": "pre_empt", "owner": world.person, "by": world.lead, "now": NOW}
    return operations.add_improvement(what=what, **{**fields, "due_on": NOW.date() + DAY, **given})


def of_topic(world: World) -> str:
    return f"{PAGE}topics/{world.topic.slug}/"


def of(improvement: Improvement) -> str:
    return f"{PAGE}improvements/{improvement.pk}/"


def page_of(client: Client, address: str) -> str:
    """What a page is made of."""
    return client.get(address).content.decode()


def said(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return text_of(response.content.decode())


def judged(places: Iterable[tuple[int, int, float]]) -> list[Judged]:
    """Topics with these ratings and seconds of work."""
    return [
        Judged(
            TopicFactory.build(),
            TopicRating(for_customer=customer, for_organisation=organisation),
            Handled(1, 1, work),
            number,
        )
        for number, (customer, organisation, work) in enumerate(places, start=1)
    ]


def test_areas_are_as_the_work() -> None:
    first, second = discs(judged([(1, 1, 100.0), (5, 5, 400.0)]))
    assert second.r == pytest.approx(2 * first.r, abs=0.1)


def test_a_circle_lies_where_the_topic_was_rated() -> None:
    (disc,) = discs(judged([(1, 5, 60.0)]))
    assert (disc.x < LEFT + SIDE / 5, disc.y < TOP + SIDE / 5) == (True, True)


@pytest.mark.parametrize("seed", range(20))
def test_no_circles_overlap_or_leave_the_square(seed: int) -> None:
    rng = Random(seed)
    values = rng.choices(Value.values, k=rng.randint(1, 5))
    drawn = discs(judged((rng.choice(values), rng.choice(values), rng.expovariate(0.001)) for _ in range(25)))
    assert sorted(one.label for one in drawn) == list(range(1, 26))
    assert not any(touch(*pair) for pair in combinations(drawn, 2))
    for one in drawn:
        assert LEFT <= one.x - one.r <= one.x + one.r <= LEFT + SIDE
        assert TOP <= one.y - one.r <= one.y + one.r <= TOP + SIDE


def touch(one: Disc, other: Disc) -> bool:
    return math.dist((one.x, one.y), (other.x, other.y)) < one.r + other.r


def test_what_took_no_time_has_no_circle() -> None:
    assert discs(judged([(1, 1, 0.0)])) == []


def test_the_finding_names_the_share_and_the_largest(world: World, lead: Client) -> None:
    other = TopicFactory.create(name="Afval", teams=[world.team])
    contacts(world, 3)
    contacts(world, 1, topic=other)
    rate(world, 4, 4)
    rate(world, 2, 1, topic=other)
    text = said(lead)
    assert "25% van de tijd ging naar onderwerpen die de klant irriteren, het meest naar Afval" in text
    assert "2 Afval 2 irriteert enigszins 1 irriteert 1 1 min 0 s 0,0 Lea Lead 23-11-2026" in text


def test_contacts_count_with_the_mean_of_those_that_are_timed(world: World, lead: Client) -> None:
    contacts(world, 60, seconds=120)
    contacts(world, 60, seconds=None)
    rate(world, 1, 1)
    assert "120 2 min 0 s 4,0" in said(lead)


def test_without_a_known_time_there_is_no_circle_and_it_says_so(world: World, lead: Client) -> None:
    contacts(world, 2, seconds=None)
    rate(world, 1, 1)
    text = said(lead)
    assert "van 1 onderwerp is de behandeltijd niet bekend" in text
    assert "<circle" not in lead.get(PAGE).content.decode()


def test_no_irritation_is_good_news(world: World, lead: Client) -> None:
    contacts(world, 1)
    rate(world, 3, 1)
    assert "Er ging geen tijd naar onderwerpen die de klant irriteren" in said(lead)


def test_topics_wait_to_be_rated(world: World, lead: Client) -> None:
    text = said(lead)
    assert "Nog geen onderwerp is beoordeeld" in text
    assert "Nog niet beoordeeld (1)" in text
    assert f'href="{of_topic(world)}?' in page_of(lead, PAGE)


def test_topics_of_others_are_left_out(world: World, lead: Client) -> None:
    other = World()
    contacts(other, 1)
    rate(other, 1, 1)
    add(other)
    text = said(lead)
    assert str(other.topic) not in text.split("Verbeteringen")[0].split("Nog niet beoordeeld")[-1]
    assert "Verbeteringen (0)" in text


def test_topics_out_of_use_are_left_out_once_nobody_asks(world: World, lead: Client) -> None:
    world.topic.is_active = False
    world.topic.save()
    assert "Je teams behandelen geen onderwerpen." in said(lead)
    contacts(world, 1)
    assert "Nog niet beoordeeld (1)" in said(lead)


def test_a_team_narrows_the_topics_down(world: World, lead: Client) -> None:
    team = TeamFactory.create()
    team.leads.add(world.lead)
    TopicFactory.create(teams=[team])
    assert "Nog niet beoordeeld (2)" in said(lead)
    assert "Nog niet beoordeeld (1)" in said(lead, f"{PAGE}?team={team.slug}")
    assert "Nog niet beoordeeld (1)" in said(lead, f"{PAGE}?topic={world.topic.slug}")


def test_who_leads_no_team_has_nothing_to_rate(world: World, lead: Client) -> None:
    world.team.leads.clear()
    assert "Je teams behandelen geen onderwerpen." in said(lead)


def test_the_look_back_leads_there(lead: Client) -> None:
    assert f'href="{PAGE}?' in lead.get("/look-back/").content.decode()


def test_the_table_is_taken_as_a_file(world: World, lead: Client) -> None:
    contacts(world, 1)
    rate(world, 1, 5)
    file = lead.post("/look-back/quadrant/csv/?weeks=1").content.decode("utf-8-sig").splitlines()
    assert file[1] == f"{world.topic};1;1 irriteert;5 waardevol;1;1 min 0 s;0,0;Lea Lead;23-11-2026"
    assert FigureExport.objects.get().figure == "quadrant"


def test_rating_asks_for_two_values_and_shows_the_scale(world: World, lead: Client) -> None:
    response = lead.post(of_topic(world), {"version": 0})
    html = response.content.decode()
    assert response.status_code == 422
    assert text_of(html).count("Kies een waarde van de schaal.") == 4
    assert "<title>Fout:" in "".join(html.split("\n")).replace("  ", "")
    assert "Van 1 (irriteert) tot en met 5 (waardevol)" in text_of(html)


def test_a_rating_is_kept_with_its_name_and_day(world: World, lead: Client) -> None:
    rated = lead.post(of_topic(world), {"version": 0, "for_customer": 1, "for_organisation": 4}, follow=True)
    assert f"{world.topic} is beoordeeld." in text_of(rated.content.decode())
    text = said(lead, of_topic(world))
    assert "23-11-2026 Lea Lead klant: 1 irriteert · organisatie: 4 enigszins waardevol" in text


def test_after_rating_the_quadrant_shows_what_it_showed(world: World, lead: Client) -> None:
    contacts(world, 1)
    there = re.search(r'href="(/look-back/quadrant/topics/[^"]+)"', page_of(lead, f"{PAGE}?weeks=4&half=am"))
    assert there
    sent = re.search(r'action="(/look-back/quadrant/topics/[^"]+)"', page_of(lead, unescape(there[1])))
    assert sent
    rated = lead.post(unescape(sent[1]), {"version": 0, "for_customer": 1, "for_organisation": 4})
    asked = QueryDict(rated["Location"].partition("?")[2])
    assert rated["Location"].startswith(f"{PAGE}?")
    assert (asked["weeks"], asked["half"]) == ("4", "am")


def test_the_page_of_a_topic_knows_the_way_back(world: World, lead: Client) -> None:
    there = f"{of_topic(world)}?weeks=4&page=1"
    assert f'href="{PAGE}?weeks=4"' in page_of(lead, there)
    typed = {"action": "eliminate", "what": "Brief", "owner": world.lead.pk, "due_on": "2026-12-01"}
    added = lead.post(f"{of_topic(world)}add/?weeks=4", typed)
    assert added["Location"] == f"{of_topic(world)}?weeks=4"


def test_whoever_rates_second_is_told_and_keeps_what_was_typed(world: World, lead: Client) -> None:
    rate(world, 5, 5, by=world.admin)
    typed = {"version": 0, "for_customer": 1, "for_organisation": 2}
    response = lead.post(of_topic(world), typed)
    assert response.status_code == 409
    assert "Ad Min was je voor: heeft het onderwerp beoordeeld." in text_of(response.content.decode())
    form = response.context["form"]
    assert [form[name].value() for name in ("version", "for_customer")] == ["1", "1"]
    assert lead.post(of_topic(world), {**typed, "version": 1}).status_code == 302


@pytest.mark.parametrize("typed", ["0", "6", "veel"])
def test_what_is_off_the_scale_is_refused(world: World, lead: Client, typed: str) -> None:
    response = lead.post(of_topic(world), {"version": 0, "for_customer": typed, "for_organisation": 1})
    assert response.status_code == 422
    assert not TopicRating.objects.exists()


def given(world: World, **other: Any) -> dict[str, Any]:
    """What a browser sends about an improvement."""
    typed = {"action": "digitise", "what": "Formulier", "owner": world.person.pk, "due_on": "2026-12-01"}
    return typed | other


def test_an_improvement_comes_on_the_list(world: World, lead: Client) -> None:
    lead.post(f"{of_topic(world)}add/", given(world))
    text = said(lead)
    assert f"Formulier ○ te doen {world.topic} digitaliseren {world.person} 01-12-2026" in text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("what", "", "Vul in wat er gaat gebeuren."),
        ("owner", "0", "Kies een eigenaar."),
        ("action", "x", "Kies een actie."),
        ("due_on", "2026-11-22", "Kies een dag vanaf vandaag"),
        ("due_on", "2031-01-01", "Kies een dag vanaf vandaag"),
        ("due_on", "morgen", "Vul een dag in."),
    ],
)
def test_what_is_wrong_is_said_and_kept(
    world: World, lead: Client, field: str, typed: str, sentence: str
) -> None:
    response = lead.post(f"{of_topic(world)}add/", given(world, **{field: typed}))
    assert response.status_code == 422
    assert text_of(response.content.decode()).count(sentence) >= 2
    assert response.context["add"][field].value() == typed
    assert not Improvement.objects.exists()


def test_a_limit_is_shown_and_kept(world: World, lead: Client) -> None:
    assert "Hoogstens 300 tekens" in said(lead, of_topic(world))
    assert lead.post(f"{of_topic(world)}add/", given(world, what="x" * 301)).status_code == 422


def test_a_form_that_is_sent_twice_adds_once(world: World, lead: Client) -> None:
    assert [lead.post(f"{of_topic(world)}add/", given(world)).status_code for _ in range(2)] == [302, 422]
    assert Improvement.objects.count() == 1


def test_what_is_overdue_says_so_in_words(world: World, lead: Client) -> None:
    add(world, "Te laat", now=NOW - 9 * DAY, due_on=NOW.date() - DAY)
    add(world, "Vandaag", due_on=NOW.date())
    text = said(lead)
    assert "Te laat ▲ te laat" in text
    assert "Vandaag ○ te doen" in text


def test_contacts_before_and_after_stand_beside_it(world: World, lead: Client) -> None:
    long_ago = NOW - 100 * DAY
    Contact.objects.create(agent=world.agent, topic=world.topic, result="solved", at=long_ago)
    contacts(world, 3)
    add(world, "Nu")
    add(world, "Toen", now=NOW - 14 * DAY)
    text = said(lead)
    assert "0,4 per week (3 in 8 weken) nog te vroeg om te zeggen" in text
    assert "0,0 per week (0 in 8 weken) 3,0 per week (3 in 1 week)" in text


def test_what_was_dropped_is_not_compared(world: World, lead: Client) -> None:
    made = add(world)
    change = {"version": 1, "state": "dropped", **given(world)}
    assert lead.post(of(made), change).status_code == 302
    assert f"– vervallen 23-11-2026 {world.topic} digitaliseren {world.person} 01-12-2026 – –" in said(lead)


def test_a_change_says_who_and_what(world: World, lead: Client) -> None:
    made = add(world)
    lead.post(of(made), {"version": 1, "state": "done", **given(world, action="pre_empt", what=made.what)})
    text = said(lead, of(made))
    assert "23-11-2026 09:00 Lea Lead uiterlijk op: 24-11-2026 → 01-12-2026 · status: te doen → g" in text
    assert "✓ gedaan 23-11-2026" in text


def test_whoever_changes_second_is_told_and_keeps_what_was_typed(
    world: World, lead: Client, enter: Enter
) -> None:
    made = add(world)
    enter(world.admin).post(of(made), {"version": 1, "state": "done", **given(world)})
    response = lead.post(of(made), {"version": 1, "state": "dropped", **given(world, what="Anders")})
    assert response.status_code == 409
    assert "Ad Min was je voor: heeft de verbetering gewijzigd." in text_of(response.content.decode())
    form = response.context["form"]
    assert [form[name].value() for name in ("version", "state", "what")] == ["2", "dropped", "Anders"]
    assert Improvement.objects.get().state == "done"


def test_an_owner_who_left_is_still_offered_where_it_is_theirs(world: World, lead: Client) -> None:
    made = add(world)
    world.person.is_active = False
    world.person.save()
    assert str(world.person) in str(lead.get(of(made)).context["form"]["owner"])
    assert str(world.person) not in str(lead.get(of_topic(world)).context["add"]["owner"])


@pytest.mark.parametrize("who", ["agent", "person", "stranger"])
def test_others_are_refused(world: World, enter: Enter, who: str) -> None:
    made = add(world)
    user = World().lead if who == "stranger" else getattr(world, who)
    browser = enter(user)
    answers = [
        browser.get(of_topic(world)),
        browser.post(of_topic(world), {"version": 0, "for_customer": 1, "for_organisation": 1}),
        browser.post(f"{of_topic(world)}add/", given(world)),
        browser.get(of(made)),
        browser.post(of(made), {"version": 1, "state": "done", **given(world)}),
    ]
    assert [one.status_code for one in answers] == [403] * 5
    assert (TopicRating.objects.count(), Improvement.objects.get().version) == (0, 1)


def test_an_administrator_keeps_every_list(world: World, enter: Enter) -> None:
    browser = enter(UserFactory.create(role="administrator"))
    assert browser.post(f"{of_topic(world)}add/", given(world)).status_code == 302


@pytest.mark.parametrize("address", ["topics/none/", "topics/none/add/", "improvements/0/"])
def test_what_is_not_there_is_not_found(lead: Client, address: str) -> None:
    assert lead.post(f"{PAGE}{address}").status_code == 404


def test_an_address_alone_adds_nothing(world: World, lead: Client) -> None:
    assert lead.get(f"{of_topic(world)}add/").status_code == 405


def test_the_list_has_pages(world: World, lead: Client) -> None:
    for number in range(11):
        add(world, f"Plan {number:02}", due_on=NOW.date() + number * DAY)
    first, second = said(lead), said(lead, f"{PAGE}?weeks=4&page=2")
    assert ("Plan 09" in first, "Plan 10" in first, "Plan 10" in second) == (True, False, True)
    assert "Pagina 2 van 2" in second
    assert "weeks=4&amp;page=1" in lead.get(f"{PAGE}?weeks=4&page=2").content.decode()


def test_a_longer_list_takes_no_more_queries(world: World, lead: Client) -> None:
    add(world)
    contacts(world, 1)
    rate(world, 1, 1)
    one = [queries(lead, address) for address in (PAGE, of_topic(world))]
    for number in range(3):
        topic = TopicFactory.create(teams=[world.team])
        rate(world, 2, 2, topic=topic)
        add(world, f"Plan {number}", topic=topic)
        add(world, f"Plan {number}")
    assert [queries(lead, address) for address in (PAGE, of_topic(world))] == one


def test_older_ratings_are_counted_beyond_the_last_ten(world: World, lead: Client) -> None:
    for version in range(12):
        rate(world, 1, 1, version=version)
    assert "… en nog 2" in said(lead, of_topic(world))
