"""On Monday at seven leads get a letter about the week of their teams."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from accounts.models import User
from availability.models import Team
from availability.models.organisation import next_monday
from callbacks import operations
from callbacks.errors import Forbidden
from callbacks.messages.links import place
from callbacks.messages.rendering import compose
from callbacks.models import Message, Webhook
from callbacks.states import MessageKind, PromiseOutcome
from callbacks.sweeps import SWEEPS
from tests.factories import TeamFactory, UserFactory, World, at
from tests.metrics.test_changes import weeks
from tests.metrics.test_forecast import promised

ZONE = ZoneInfo("Europe/Amsterdam")
SEVEN = at(7)
WEEK = dt.timedelta(weeks=1)


@pytest.fixture
def changed(world: World) -> World:
    """Last week half of the promises were broken, and none before."""
    promised(world, *weeks(5))
    promised(world, *[1] * 5)
    promised(world, *[1] * 5, hour=11, outcome=PromiseOutcome.BROKEN)
    Team.objects.update(letter_at=SEVEN)
    return world


def letters(now: dt.datetime = SEVEN) -> list[Message]:
    """What has been written after a look."""
    SWEEPS["letters"].run_batch(now=now)
    return list(Message.objects.filter(kind=MessageKind.LEAD_WEEK).order_by("pk"))


def test_the_leads_of_a_team_get_it_by_mail_and_in_their_list(changed: World) -> None:
    told = [(one.channel, one.recipient, one.reader) for one in letters()]
    assert told == [("email", changed.lead.email, None), ("app", changed.lead.name, changed.lead)]


def test_it_says_what_changed_and_why(changed: World) -> None:
    mail = compose(letters()[0])
    assert mail.subject == f"Week 47: {changed.team.name}"
    assert f"Beloften nagekomen: 50% (5 van 10), was 100% (20 van 20). Vooral {changed.topic}:" in mail.body
    assert f"/look-back/?team={changed.team.slug}&weeks=1&until=2026-W47" in mail.body


def test_it_is_said_in_the_readers_language(changed: World) -> None:
    letter = letters()[0]
    letter.language = "en"
    assert "Promises kept: 50% (5 of 10), was 100% (20 of 20). Mostly" in compose(letter).body
    with translation.override("en"):
        assert place(letter).startswith("/look-back/")


def test_a_change_that_may_be_chance_says_so(world: World) -> None:
    promised(world, *weeks(5), 1)
    promised(world, 2, 1, hour=11, outcome=PromiseOutcome.BROKEN)
    Team.objects.update(letter_at=SEVEN)
    assert "50% (1 van 2), was 95% (20 van 21). Dat kan toeval zijn." in compose(letters()[0]).body


def test_a_week_like_those_before_has_no_letter(world: World) -> None:
    promised(world, *weeks(5), 1)
    Team.objects.update(letter_at=SEVEN)
    assert letters() == []
    assert Team.objects.get().letter_at == SEVEN + WEEK


def test_it_is_written_once_a_week_and_not_before_seven(changed: World) -> None:
    assert letters(SEVEN - dt.timedelta(minutes=1)) == []
    assert len(letters()) == len(letters()) == 2
    assert Team.objects.get().letter_at == SEVEN + WEEK
    # Written twice all the same: the message is there already.
    operations.write_letters(team_ids=[changed.team.pk], now=SEVEN)
    assert Message.objects.filter(kind=MessageKind.LEAD_WEEK).count() == 2


def test_who_switched_it_off_gets_none_and_the_mailbox_neither(changed: World) -> None:
    other = UserFactory.create(role="lead")
    changed.team.leads.add(other)
    operations.want_letter(by=changed.lead, wanted=False)
    assert {one.recipient for one in letters()} == {other.email, other.name}
    operations.want_letter(by=other, wanted=False)
    Message.objects.all().delete()
    Team.objects.update(letter_at=SEVEN)
    assert changed.team.mailbox
    assert letters() == []


def test_a_team_that_switched_it_off_has_none(changed: World) -> None:
    Team.objects.update(muted_messages=[MessageKind.LEAD_WEEK])
    assert letters() == []


def test_a_team_without_news_is_left_out(changed: World) -> None:
    other = TeamFactory.create()
    other.leads.add(changed.lead)
    Team.objects.update(letter_at=SEVEN)
    assert {one.team for one in letters()} == {changed.team}


@pytest.fixture
def second(changed: World) -> World:
    """Another team with the same news, which the lead of the first leads too, and somebody else."""
    world = World()
    promised(world, *weeks(5))
    promised(world, *[1] * 5)
    promised(world, *[1] * 5, hour=11, outcome=PromiseOutcome.BROKEN)
    Team.objects.filter(pk=changed.team.pk).update(name="Afval")
    Team.objects.filter(pk=world.team.pk).update(name="Belastingen", mailbox="")
    world.team.leads.add(changed.lead)
    Team.objects.update(letter_at=SEVEN)
    return world


def of(lead: User, now: dt.datetime = SEVEN) -> list[Message]:
    """The letters of a lead by mail; each stands in the list too."""
    found = letters(now)
    mails = [one for one in found if one.channel == "email" and one.recipient == lead.email]
    assert len(mails) == sum(one.reader == lead for one in found)
    return mails


def test_who_leads_several_teams_gets_one_letter_with_a_part_for_each(changed: World, second: World) -> None:
    [letter] = of(changed.lead)
    mail = compose(letter)
    assert mail.subject == "Week 47: Afval, Belastingen"
    kept = "Beloften nagekomen: 50% (5 van 10), was 100% (20 van 20). Vooral"
    parts = mail.body.split("Belastingen:\n")
    assert [part.count(kept) for part in parts] == [1, 1]
    assert "Afval:\n" in parts[0]
    assert place(letter) == "/look-back/?weeks=1&until=2026-W47"


def test_who_leads_one_of_them_reads_of_that_one_alone(changed: World, second: World) -> None:
    [letter] = of(second.lead)
    assert compose(letter).subject == "Week 47: Belastingen"
    assert "Afval" not in compose(letter).body


def test_teams_that_are_looked_at_apart_bring_one_letter_all_the_same(changed: World, second: World) -> None:
    for team in (second.team, changed.team, second.team):
        operations.write_letters(team_ids=[team.pk], now=SEVEN)
    [letter] = of(changed.lead)
    assert compose(letter).subject == "Week 47: Afval, Belastingen"


def test_a_team_in_another_time_zone_has_a_letter_of_its_own(changed: World, second: World) -> None:
    Team.objects.filter(pk=second.team.pk).update(time_zone="America/Curacao")
    assert {compose(one).subject for one in of(changed.lead)} == {"Week 47: Afval", "Week 47: Belastingen"}


def test_a_team_that_switched_it_off_is_left_out_of_it(changed: World, second: World) -> None:
    Team.objects.filter(pk=second.team.pk).update(muted_messages=[MessageKind.LEAD_WEEK])
    assert [compose(one).subject for one in of(changed.lead)] == ["Week 47: Afval"]
    assert of(second.lead) == []


def test_what_is_said_of_several_teams_goes_to_no_mailbox(changed: World, second: World) -> None:
    User.objects.filter(pk=changed.lead.pk).update(email="")
    told = {(one.channel, one.recipient) for one in letters() if one.team == changed.team}
    assert told == {("app", changed.lead.name)}


def test_a_program_elsewhere_hears_of_each_team_once_and_by_itself(changed: World, second: World) -> None:
    webhook = Webhook.objects.create(name="Elsewhere", url="https://elsewhere.example")
    letters()
    heard = list(Message.objects.filter(webhook=webhook).order_by("pk"))
    assert [one.team for one in heard] == [changed.team, second.team]
    assert not [one for one in heard if "team" in one.details or "Afval" in str(one.details)]


def test_only_leads_and_administrators_can_want_it(world: World) -> None:
    for user in (world.agent, world.person):
        with pytest.raises(Forbidden):
            operations.want_letter(by=user, wanted=False)
    operations.want_letter(by=world.lead, wanted=False)
    assert list(User.objects.filter(weekly_letter=False)) == [world.lead]


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ((2026, 11, 23, 6, 59), (2026, 11, 23)),
        ((2026, 11, 23, 7, 0), (2026, 11, 30)),
        ((2026, 11, 29, 23, 59), (2026, 11, 30)),
        # Over the clock change of the autumn, and over the new year.
        ((2026, 10, 24, 12, 0), (2026, 10, 26)),
        ((2026, 12, 28, 8, 0), (2027, 1, 4)),
    ],
)
def test_the_next_one_is_on_monday_at_seven_by_the_clock(now: tuple[int, ...], then: tuple[int, ...]) -> None:
    moment = dt.datetime(*now, tzinfo=ZONE)  # type: ignore[misc,arg-type]
    assert next_monday(moment, ZONE) == dt.datetime(*then, 7, tzinfo=ZONE)  # type: ignore[misc,arg-type]
