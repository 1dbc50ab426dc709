"""Programs elsewhere are told, signed, and only where they may be."""

import datetime as dt
import json
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings
from standardwebhooks import Webhook as Verifier

from callbacks import operations
from callbacks.messages.channels import Refused
from callbacks.messages.channels.webhooks import WebhookLine, payload, signed
from callbacks.models import Message, Webhook
from callbacks.models.wording import check_secret, new_secret
from callbacks.states import MessageKind
from tests.callbacks.messages.provider import Provider
from tests.factories import NOW, TeamFactory, World, at

SECRET = "QUESTION-OR-NOTE"


@pytest.fixture(autouse=True)
def _own_machine_is_allowed(settings: Settings) -> None:
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.CHANNEL_TIMEOUT_SECONDS = 1


@pytest.fixture
def webhook(world: World, provider: Provider) -> Webhook:
    return Webhook.objects.create(name="Zaaksysteem", url=f"http://127.0.0.1:{provider.server_port}/in?a=b")


@pytest.fixture
def message(webhook: Webhook, world: World) -> Message:
    """That an appointment was booked, for the webhook."""
    booked = world.book(at(10), question=SECRET, internal_note=SECRET, reach_note=SECRET)
    return booked.messages.get(webhook=webhook, kind=MessageKind.CUSTOMER_BOOKED)


def kinds(**which: Any) -> set[str]:
    return set(Message.objects.filter(channel="webhook", **which).values_list("kind", flat=True))


def test_the_published_example_is_signed_as_published() -> None:
    headers = signed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        '{"test": 2432232314}',
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        now=dt.datetime.fromtimestamp(1614265330, tz=dt.UTC),
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == (
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
    )


def test_a_program_that_knows_the_secret_believes_what_it_gets(message: Message, provider: Provider) -> None:
    WebhookLine().send(message)
    (path, headers, body), secret = provider.got[0], message.webhook and message.webhook.secret
    assert (path, headers["webhook-id"]) == ("/in?a=b", str(message.uid))
    assert Verifier(secret or "").verify(body, headers)["type"] == "customer_booked"


def test_every_try_has_the_same_id(message: Message, provider: Provider) -> None:
    for _try in range(2):
        WebhookLine().send(message)
    assert len({headers["webhook-id"] for _path, headers, _body in provider.got}) == 1


def test_it_says_when_and_which_and_nothing_that_was_asked(message: Message, world: World) -> None:
    assert message.appointment
    assert SECRET not in payload(message)
    assert message.appointment.phone not in payload(message)
    assert json.loads(payload(message))["data"] == {
        "reference": message.appointment.reference,
        "state": "scheduled",
        "starts_at": at(10).isoformat(),
        "ends_at": at(10, 30).isoformat(),
        "team": world.team.slug,
    }


@pytest.mark.parametrize("address", ["http://127.0.0.1/", "http://[::1]/", "http://10.1.2.3/"])
def test_private_addresses_are_never_asked(message: Message, settings: Settings, address: str) -> None:
    settings.WEBHOOK_NETWORKS = []
    assert message.webhook
    message.webhook.url = address
    with pytest.raises(Refused):
        WebhookLine().send(message)


@pytest.mark.parametrize(
    ("status", "error"), [(410, Refused), (400, OSError), (500, OSError), (302, OSError)]
)
def test_anything_but_yes_is_tried_again_unless_it_is_gone(
    message: Message, provider: Provider, status: int, error: type[Exception]
) -> None:
    provider.status = status
    with pytest.raises(OSError, match=str(status)) as raised:
        WebhookLine().send(message)
    assert (type(raised.value), len(provider.got)) == (error, 1)


def test_a_server_that_hangs_is_given_up(message: Message, provider: Provider) -> None:
    provider.waits = 3
    with pytest.raises(OSError, match=r"\w"):
        WebhookLine().send(message)


def test_what_was_switched_off_is_not_told(message: Message, provider: Provider) -> None:
    assert message.webhook
    message.webhook.is_active = False
    with pytest.raises(Refused):
        WebhookLine().send(message)
    assert provider.got == []


def test_without_kinds_it_hears_all(webhook: Webhook, world: World) -> None:
    world.book()
    assert kinds() == {MessageKind.CUSTOMER_BOOKED, MessageKind.SPECIALIST_CONFIRM}


def test_it_hears_the_kinds_it_wants(webhook: Webhook, world: World) -> None:
    Webhook.objects.update(kinds=[MessageKind.SPECIALIST_CONFIRM, MessageKind.LEAD_OVERDUE])
    booked = world.book(at(10))
    operations.flag_overdue(promise_ids=[booked.promises.get().pk], now=at(11))
    assert kinds() == {MessageKind.SPECIALIST_CONFIRM, MessageKind.LEAD_OVERDUE}


def test_it_hears_of_the_teams_it_wants(webhook: Webhook, world: World) -> None:
    webhook.teams.add(TeamFactory.create())
    world.book(at(10))
    assert kinds() == set()
    webhook.teams.add(world.team)
    world.book(at(11))
    assert kinds() == {MessageKind.CUSTOMER_BOOKED, MessageKind.SPECIALIST_CONFIRM}


def test_what_is_inactive_hears_nothing(webhook: Webhook, world: World) -> None:
    Webhook.objects.update(is_active=False)
    world.book()
    assert kinds() == set()


def test_a_booking_that_is_undone_is_not_told(webhook: Webhook, world: World) -> None:
    booked = world.book()
    operations.undo(appointment=booked, version=booked.version, by=world.agent, now=NOW)
    assert kinds(state="pending") == set()


def test_a_new_secret_is_a_good_one() -> None:
    check_secret(new_secret())
    assert new_secret() != new_secret()


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_kort", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_é"]
)
def test_a_secret_that_signs_nothing_is_refused(secret: str) -> None:
    with pytest.raises(ValidationError):
        check_secret(secret)
