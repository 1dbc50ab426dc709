"""The front office's own lines: what is asked, what is answered, and what is refused."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import translation

from callbacks.metrics.erlang import agents_needed
from frontoffice.forms.lines import MOST_AGENTS, LinesForm
from tests.factories import World
from tests.frontoffice.conftest import queries, text_of

ASKED = {"calls": "200", "seconds": "180", "target": "80", "within": "20", "agents": "", "patience": ""}
LIMITS = {
    "calls": (1, 2000),
    "seconds": (1, 1800),
    "target": (1, 99),
    "within": (0, 600),
    "agents": (1, 1500),
    "patience": (1, 3600),
}


def address(**given: str) -> str:
    return f"/look-back/lines/?{urlencode(ASKED | given)}"


def page(client: Client, **given: str) -> str:
    response = client.get(address(**given))
    assert response.status_code == 200
    return text_of(response.content.decode())


def test_fourteen_agents_are_needed_and_the_table_has_those_around(lead: Client) -> None:
    text = page(lead)
    assert "14 klantcontactmedewerkers zijn nodig om 80% binnen 20 seconden op te nemen." in text
    assert "13 76,9% 79,6% niet gehaald" in text
    assert "14 71,4% 88,8% gehaald" in text
    assert " 17 58,8% " in text
    assert " 18 55,6% " not in text


def test_what_a_number_of_agents_does_is_said_beside_what_is_needed(lead: Client) -> None:
    text = page(lead, agents="13")
    assert "13 klantcontactmedewerkers nemen 79,6% binnen 20 seconden op. 14 klantcontact" in text
    assert " 16 62,5% " in text
    assert " 17 58,8% " not in text


def test_too_much_work_is_said_in_words(lead: Client) -> None:
    text = page(lead, agents="10")
    assert "10 klantcontactmedewerkers kunnen dit werk niet aan: de wachtrij blijft groeien." in text
    assert "10 100,0% 0,0% niet gehaald blijft groeien" in text


def test_the_table_starts_at_one_agent_and_ends_at_the_most(lead: Client) -> None:
    assert "Hangt op 1 " in page(lead, calls="1", seconds="1")
    assert " 1501 " not in page(lead, agents="1500")


def test_who_hangs_up_is_reckoned_when_patience_is_known(lead: Client) -> None:
    assert "79,6% niet gehaald 17 s 4,9%" in page(lead, patience="60")
    assert "79,6% niet gehaald 17 s –" in page(lead)


def test_the_assumptions_are_stated(lead: Client) -> None:
    text = page(lead)
    for words in ("Erlang C", "Erlang A", "niemand hangt op", "Pauzes"):
        assert words in text


def test_nothing_is_answered_before_it_is_asked(lead: Client) -> None:
    response = lead.get("/look-back/lines/")
    assert response.status_code == 200
    assert "Antwoord" not in text_of(response.content.decode())


@pytest.mark.parametrize(("field", "limits"), LIMITS.items())
def test_limits_are_shown(lead: Client, field: str, limits: tuple[int, int]) -> None:
    low, high = limits
    hint = f'id="id_{field}_helptext">{low} tot en met {high}<'
    assert hint in lead.get("/look-back/lines/").content.decode()


@pytest.mark.parametrize(("field", "limits"), LIMITS.items())
def test_limits_are_kept(field: str, limits: tuple[int, int]) -> None:
    low, high = limits
    good = [LinesForm(ASKED | {field: str(value)}).is_valid() for value in (low, high)]
    wrong = [LinesForm(ASKED | {field: str(value)}).is_valid() for value in (low - 1, high + 1)]
    assert (good, wrong) == ([True, True], [False, False])


@pytest.mark.parametrize("field", ["calls", "seconds", "target", "within"])
def test_what_must_be_known_cannot_be_empty(field: str) -> None:
    assert list(LinesForm(ASKED | {field: ""}).errors) == [field]


@pytest.mark.parametrize("typed", ["veel", "1,5", "-3", "²", "9" * 5000, "<b>"])
def test_what_is_no_such_number_is_said_and_kept(lead: Client, typed: str) -> None:
    response = lead.get(address(calls=typed))
    html = response.content.decode()
    assert response.status_code == 422
    assert "<b>" not in html
    assert text_of(html).count("Telefoontjes per uur: vul een heel getal in van 1 tot en met 2000.") == 2
    assert response.context["form"]["calls"].value() == typed
    assert '<a href="#id_calls">' in html
    assert 'value="180"' in html


def test_a_refusal_speaks_the_language_of_the_reader() -> None:
    with translation.override("en"):
        sentence = LinesForm(ASKED | {"calls": ""}).errors["calls"]
        assert list(sentence) == ["Calls an hour: enter a whole number from 1 to 2000."]


def test_the_most_work_that_can_be_asked_needs_fewer_than_the_most_agents() -> None:
    needed = agents_needed(calls=2000, seconds=1800, within=0, target=0.99, at_most=MOST_AGENTS)
    assert needed is not None
    assert needed < MOST_AGENTS


@pytest.mark.parametrize("agents", ["1", "1500"])
@pytest.mark.parametrize("work", [("1", "1"), ("2000", "1800")])
def test_the_far_ends_are_answered(lead: Client, work: tuple[str, str], agents: str) -> None:
    text = page(lead, calls=work[0], seconds=work[1], agents=agents, patience="3600")
    assert "nan" not in text


def test_the_look_back_leads_there(lead: Client) -> None:
    assert 'href="/look-back/lines/"' in lead.get("/look-back/").content.decode()


def test_the_form_only_asks(lead: Client) -> None:
    assert lead.post("/look-back/lines/", ASKED).status_code == 405


def test_an_answer_takes_no_query_of_its_own(world: World, lead: Client) -> None:
    assert queries(lead, address()) == queries(lead, "/look-back/lines/")
