"""Administrators' words: what may stand in them, and what comes of them."""

import pytest
from django.core.exceptions import ValidationError

from callbacks.kinds import KINDS
from callbacks.messages.rendering import compose, short_text
from callbacks.messages.wording import example
from callbacks.models import Appointment, Message, MessageText
from callbacks.models.wording import PRIVATE, check_places
from callbacks.states import MessageKind
from tests.factories import World, at

BOOKED = MessageKind.CUSTOMER_BOOKED


def message(appointment: Appointment, language: str = "en") -> Message:
    found = appointment.messages.get(kind=BOOKED)
    found.language = language
    return found


def text(**parts: str) -> MessageText:
    return MessageText(**{"kind": BOOKED, "language": "en", **parts})


def test_own_words_replace_the_built_in_ones_part_by_part(world: World) -> None:
    text(subject="See you on {day}").save()
    mail = compose(message(world.book(at(10))))
    assert mail.subject.startswith("See you on Monday 23 November 2026")
    assert "We will call you back on Monday 23 November 2026 between 10:00 and 10:30." in mail.body


def test_they_hold_for_their_language_only(world: World) -> None:
    text(subject="See you").save()
    assert "See you" not in compose(message(world.book(), "nl")).subject


def test_an_sms_has_the_first_paragraph_of_its_own(world: World) -> None:
    text(opening="At {start}, {team}").save()
    assert short_text(message(world.book(at(10)))).startswith(f"At 10:00, {world.team.name}\n")


@pytest.mark.parametrize(
    "typed",
    ["{{ appointment.question }}", "{% debug %}", "{0.__class__}", "{team.leads}", "%(day)s", "{day!r}"],
)
def test_no_engine_reads_what_was_typed(world: World, typed: str) -> None:
    text(opening=typed).save()
    mail = compose(message(world.book(question="SECRET")))
    assert typed in mail.body
    assert "SECRET" not in str(mail.message())


def test_tags_are_text(world: World) -> None:
    text(closing="<script>alert(1)</script>").save()
    html, _kind = compose(message(world.book())).alternatives[0]
    assert "<script>" not in str(html)
    assert "&lt;script&gt;" in str(html)


def test_what_is_filled_in_is_not_filled_in_again(world: World) -> None:
    world.team.name = "{reference}"
    world.team.save(update_fields=["name"])
    text(opening="From {team}").save()
    assert "From {reference}\n" in compose(message(world.book())).body


def test_a_subject_stays_one_line(world: World) -> None:
    text(subject="One\r\nBcc: somebody@example.org").save()
    assert "Bcc" not in compose(message(world.book())).message()


@pytest.mark.parametrize("name", sorted(PRIVATE))
def test_what_stays_in_the_house_is_refused(name: str) -> None:
    (fault,) = check_places(BOOKED, f"About {{{name}}}")
    assert "Messages never do" in fault or "Dat doen berichten nooit" in fault


@pytest.mark.parametrize("kind", MessageKind)
def test_no_kind_knows_what_stays_in_the_house(kind: MessageKind) -> None:
    assert not PRIVATE & set(KINDS[kind].variables)


@pytest.mark.parametrize("typed", ["{dag}", "{days}", "{Day}", "{link}"])
def test_an_unknown_variable_is_refused_with_those_there_are(typed: str) -> None:
    with pytest.raises(ValidationError) as raised:
        text(closing=f"On {typed}").clean()
    (said,) = raised.value.message_dict["closing"]
    assert typed in said
    assert "{day}, {start}, {end}, {team}, {reference}" in said


@pytest.mark.parametrize("typed", ["{day", "day}", "{}", "{ day }", "{{day}}"])
def test_a_brace_that_stands_alone_is_refused(typed: str) -> None:
    assert len(check_places(BOOKED, typed)) == 1


@pytest.mark.parametrize("typed", ["", "On {day} at {start}", "100% sure: see {team}, {reference}"])
def test_what_is_right_is_accepted(typed: str) -> None:
    assert check_places(BOOKED, typed) == []


@pytest.mark.parametrize("kind", MessageKind)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_built_in_text_is_in_order_and_has_an_example(kind: MessageKind, language: str) -> None:
    shown = example(MessageText(kind=kind, language=language))
    assert not set("{}") & set(shown.subject + shown.opening + shown.closing)
    assert check_places(kind, f"{KINDS[kind].subject} {KINDS[kind].opening} {KINDS[kind].closing}") == []
