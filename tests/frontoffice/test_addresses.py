"""Addresses that nobody types on purpose."""

import uuid

import pytest
from django.test import Client

from tests.factories import World
from tests.frontoffice.conftest import text_of


@pytest.mark.parametrize(
    "address",
    [
        "/desk/?q=a%00b",
        "/desk/?phone=%00",
        "/desk/?booked=%00",
        "/desk/?topic=%00",
        "/desk/?q=a&q=%00",
        "/board/?team=%00",
        "/board/reassign/?appointment=%00",
        "/appointments/%00/",
        "/%00",
    ],
)
def test_a_nul_in_an_address_is_answered_with_a_plain_page(agent: Client, address: str) -> None:
    response = agent.get(address)
    assert response.status_code == 400
    assert "Dit adres klopt niet" in text_of(response.content.decode())


@pytest.mark.parametrize("field", ["topic", "starts_at", "phone", "name", "question", "channel", "token"])
def test_a_nul_in_a_form_is_an_error(world: World, agent: Client, field: str) -> None:
    form = {"token": str(uuid.uuid4()), "topic": world.topic.slug, "phone": "0612345678"}
    assert agent.post("/desk/", form | {field: "a\x00b"}).status_code == 422


@pytest.mark.parametrize("slug", ["confirm", "attempt", "decline", "reschedule", "cancel"])
@pytest.mark.parametrize("field", ["back", "reason", "note", "version", "starts_at"])
def test_a_nul_in_a_verb_is_no_server_error(world: World, specialist: Client, slug: str, field: str) -> None:
    made = world.book()
    form = {"version": made.version, "outcome": "busy", field: "a\x00b"}
    response = specialist.post(f"/appointments/{made.reference}/{slug}/", form)
    assert response.status_code in {302, 422}
