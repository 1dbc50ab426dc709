"""Administrators keep the reasons why contacts were avoidable."""

import pytest
from django.test import Client

from callbacks import operations
from callbacks.models import AvoidableReason
from callbacks.states import ContactResult
from tests.administration import filled_in, page
from tests.factories import NOW, World


@pytest.fixture
def browser(world: World) -> Client:
    """The administrator's session."""
    client = Client()
    client.force_login(world.admin)
    return client


@pytest.fixture
def reason(db: None) -> AvoidableReason:
    return AvoidableReason.objects.create(name="Letter unclear")


def test_a_reason_is_added(browser: Client) -> None:
    browser.post(page(AvoidableReason, "add"), {"name": "Website unclear", "is_active": "on"})
    assert AvoidableReason.objects.get().name == "Website unclear"


def test_reasons_are_listed_and_found(browser: Client, reason: AvoidableReason) -> None:
    assert reason.name in browser.get(page(AvoidableReason, "changelist"), {"q": "letter"}).content.decode()


def test_no_two_have_one_name(browser: Client, reason: AvoidableReason) -> None:
    answer = browser.post(page(AvoidableReason, "add"), {"name": reason.name, "is_active": "on"})
    assert "name" in answer.context["adminform"].form.errors
    assert AvoidableReason.objects.count() == 1


def test_a_change_moves_the_version_on(browser: Client, reason: AvoidableReason) -> None:
    address = page(AvoidableReason, "change", reason.pk)
    browser.post(address, {**filled_in(browser, address), "name": "Letter not clear"})
    reason.refresh_from_db()
    assert (reason.name, reason.version) == ("Letter not clear", 2)


def test_a_reason_that_was_given_is_not_deleted(
    browser: Client, world: World, reason: AvoidableReason
) -> None:
    operations.register_contact(
        result=ContactResult.SOLVED, avoidable=True, avoidable_reason=reason, by=world.agent, now=NOW
    )
    browser.post(page(AvoidableReason, "delete", reason.pk), {"post": "yes"})
    assert AvoidableReason.objects.exists()
