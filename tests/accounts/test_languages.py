"""Pages speak the language that was chosen, the API the one that is asked for, both Dutch otherwise."""

import pytest
from django.conf import settings
from django.test import Client
from rest_framework.test import APIClient

from tests.factories import World

REFUSALS = {
    "nl": "Authenticatiegegevens zijn niet opgegeven.",
    "en": "Authentication credentials were not provided.",
}


def refusal(accepts: str) -> str:
    """What the API says to a program that shows no token."""
    answer = APIClient().get("/api/v1/teams/", headers={"Accept-Language": accepts} if accepts else {})
    text: str = answer.json()["detail"]
    return text


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("", "nl"),
        ("nl", "nl"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("de,en;q=0.5", "en"),
        ("nl;q=0.4,en;q=0.6", "en"),
        ("de", "nl"),
        ("*", "nl"),
        ("\x7f;;;q=,", "nl"),
    ],
)
def test_the_api_speaks_the_language_that_is_asked_for(db: None, accepts: str, language: str) -> None:
    assert refusal(accepts) == REFUSALS[language]


def test_the_reason_of_a_refused_field_is_in_that_language(world: World) -> None:
    client = APIClient()
    client.force_authenticate(world.agent)
    answer = client.post("/api/v1/appointments/", {}, format="json", headers={"Accept-Language": "en"})
    assert "This field is required." in answer.content.decode()


def test_an_answer_says_its_language_and_what_it_depends_on(db: None) -> None:
    answer = APIClient().get("/api/v1/teams/", headers={"Accept-Language": "en"})
    assert answer.headers["Content-Language"] == "en"
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize(("cookie", "language"), [("en", "en"), ("nl", "nl"), ("xx", "nl"), ("", "nl")])
def test_pages_follow_the_choice_and_never_the_browser(db: None, cookie: str, language: str) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    answer = client.get("/sign-in/")
    assert f'<html lang="{language}">' in answer.content.decode()
    assert answer.headers["Content-Language"] == language
