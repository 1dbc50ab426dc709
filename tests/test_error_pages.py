"""The pages for what should not happen stand by themselves."""

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from pytest_django import DjangoAssertNumQueries


def fail(request: HttpRequest) -> HttpResponse:
    """A view with a fault in it."""
    raise ZeroDivisionError


urlpatterns = [path("fail/", fail)]


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(
    ("language", "heading"), [("nl", "Er ging iets mis"), ("en", "Something went wrong")]
)
def test_a_fault_is_told_in_the_readers_language(browser: Client, language: str, heading: str) -> None:
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    response = browser.get("/fail/")
    assert response.status_code == 500
    assert f"<h1>{heading}</h1>" in response.content.decode()
    assert f"<title>{heading} – Belbelofte</title>" in response.content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_the_page_of_a_fault_asks_nothing_of_the_database(
    db: None, browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert b"app.css" in browser.get("/fail/").content


def test_an_address_with_nonsense_in_it_says_so(browser: Client) -> None:
    response = browser.get("/desk/?phone=%00")
    assert response.status_code == 400
    assert "<h1>Dit adres klopt niet</h1>" in response.content.decode()
