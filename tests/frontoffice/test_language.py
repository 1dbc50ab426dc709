"""Dutch unless the reader chose otherwise."""

from collections import Counter

import pytest
from django.test import Client
from django.utils import translation

from frontoffice.context import AVAILABILITY, MENU, OWN_LIST
from tests.frontoffice.conftest import text_of


def test_pages_are_dutch_whatever_the_browser_prefers(agent: Client) -> None:
    response = agent.get("/desk/", headers={"Accept-Language": "en"})
    assert '<html lang="nl">' in response.content.decode()
    assert "Terugbelafspraak maken" in text_of(response.content.decode())


def test_english_can_be_chosen_and_stays(agent: Client) -> None:
    response = agent.post("/language/setlang/", {"language": "en", "next": "/desk/"})
    assert response["Location"] == "/desk/"
    page = agent.get("/desk/").content.decode()
    assert '<html lang="en">' in page
    assert "Book a callback appointment" in text_of(page)


def test_the_other_language_is_offered_in_its_own_name(agent: Client) -> None:
    page = agent.get("/desk/").content.decode()
    assert 'lang="en">English</button>' in page
    assert "Nederlands</button>" not in page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_two_pages_of_the_menu_have_one_name(language: str) -> None:
    with translation.override(language):
        names = Counter(str(label) for _name, label, _roles in (*MENU, OWN_LIST, AVAILABILITY))
    assert names == Counter(names.keys())
