"""What readers get to see."""

import datetime as dt
import re

import pytest
from django.utils import translation

from callbacks.messages.rendering import compose
from callbacks.models import Appointment, Message
from callbacks.states import MessageKind
from tests.factories import World, at

OF_TEAM = {MessageKind.LEAD_FULL_DAYS, MessageKind.LEAD_WEEK, MessageKind.LEAD_CHANNEL_DOWN}
KINDS = [kind.value for kind in MessageKind if kind not in OF_TEAM]
SECRET = "QUESTION-OR-NOTE"


@pytest.fixture
def appointment(world: World) -> Appointment:
    return world.book(at(10), question=SECRET, internal_note=SECRET)


def message(appointment: Appointment, kind: str, language: str = "en") -> Message:
    found = appointment.messages.exclude(promise=None).first()
    assert found is not None
    found.kind, found.language = kind, language
    return found


def parts(mail_message: Message) -> tuple[str, str, str]:
    mail = compose(mail_message)
    html, kind = mail.alternatives[0]
    assert kind == "text/html"
    return str(mail.subject), str(mail.body), str(html)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_kind_names_team_reference_and_no_content(
    appointment: Appointment, kind: str, language: str
) -> None:
    subject, text, html = parts(message(appointment, kind, language))
    assert appointment.reference in subject
    for body in (text, html):
        assert appointment.reference in body
        assert appointment.team.name in body
        assert "10:00" in body
        assert "10:30" in body
        assert SECRET not in body
        assert appointment.phone not in body
        assert appointment.customer.name not in body


@pytest.mark.parametrize("kind", KINDS)
def test_only_staff_get_the_address_of_the_appointment(appointment: Appointment, kind: str) -> None:
    address = f"http://localhost:8000/appointments/{appointment.reference}/"
    _subject, text, html = parts(message(appointment, kind))
    assert (address in text, address in html) == (
        (False,) * 2 if kind.startswith("customer") else (True,) * 2
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_is_translated(appointment: Appointment, kind: str) -> None:
    english, dutch = (parts(message(appointment, kind, language)) for language in ("en", "nl"))
    assert english[0] != dutch[0]
    for mine, theirs in zip(_sentences(english[1]), _sentences(dutch[1]), strict=True):
        assert mine != theirs


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("customer")])
def test_customers_are_addressed_formally(appointment: Appointment, kind: str) -> None:
    _subject, text, _html = parts(message(appointment, kind, "nl"))
    assert re.search(r"\bu\b", text)
    assert not re.search(r"\b(je|jij|jouw)\b", text)


def test_days_are_written_in_the_readers_language(appointment: Appointment) -> None:
    assert "Monday 23 November 2026" in parts(message(appointment, KINDS[0], "en"))[1]
    assert "maandag 23 november 2026" in parts(message(appointment, KINDS[0], "nl"))[1]


def test_the_active_language_does_not_matter(appointment: Appointment) -> None:
    with translation.override("nl"):
        assert "Monday" in parts(message(appointment, KINDS[0], "en"))[1]


def test_times_are_the_teams(appointment: Appointment) -> None:
    appointment.team.time_zone = "Europe/Lisbon"
    appointment.team.save(update_fields=["time_zone"])
    assert "09:00" in parts(message(Appointment.objects.get(pk=appointment.pk), KINDS[0]))[1]


def test_the_time_is_that_of_the_promise_spoken_of(appointment: Appointment) -> None:
    appointment.starts_at += dt.timedelta(hours=3)
    appointment.ends_at += dt.timedelta(hours=3)
    appointment.save(update_fields=["starts_at", "ends_at"])
    assert "10:00" in parts(message(appointment, KINDS[0]))[1]


def test_names_are_escaped_in_html_only(appointment: Appointment) -> None:
    appointment.team.name = "Parks & <Roads>"
    appointment.team.save(update_fields=["name"])
    _subject, text, html = parts(message(Appointment.objects.get(pk=appointment.pk), KINDS[0]))
    assert "Parks & <Roads>" in text
    assert "Parks &amp; &lt;Roads&gt;" in html


def test_html_asks_nothing_of_other_machines(appointment: Appointment) -> None:
    for kind in KINDS:
        _subject, _text, html = parts(message(appointment, kind))
        assert not re.search(r"<(img|link|script|style)|url\(", html)


def test_the_message_id_stays_and_machines_do_not_answer(appointment: Appointment) -> None:
    one = message(appointment, KINDS[0])
    first, second = compose(one).message(), compose(one).message()
    assert first["Message-ID"] == second["Message-ID"] == f"<{one.uid}@localhost>"
    assert first["Auto-Submitted"] == "auto-generated"


def _sentences(text: str) -> list[str]:
    """The sentences, without what is the same in every language."""
    return [line for line in text.splitlines() if line and not line.startswith(("http", "Team"))]
