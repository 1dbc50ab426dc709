"""What topics are worth and what is done about them: who may say so, what is kept, and who is refused."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Role, User
from callbacks import operations
from callbacks.errors import Forbidden, Invalid, Outdated, Overtaken
from callbacks.models import Improvement, ImprovementEntry, TopicRating
from callbacks.models.improving import WHAT_LIMIT
from callbacks.operations.improving import AHEAD
from callbacks.queries import improving as queries
from tests.factories import NOW, TopicFactory, UserFactory, World
from tests.races.test_booking_races import race

TODAY = NOW.date()
DAY = dt.timedelta(days=1)


def rate(world: World, by: User | None = None, *, version: int = 0, **given: Any) -> TopicRating:
    fields = {"topic": world.topic, "for_customer": 2, "for_organisation": 4, "now": NOW, **given}
    return operations.rate_topic(version=version, by=by or world.lead, **fields)


def add(world: World, by: User | None = None, **given: Any) -> Improvement:
    fields = {"topic": world.topic, "action": "pre_empt", "what": "Brief duidelijker", "owner": world.person}
    return operations.add_improvement(
        **{**fields, "due_on": TODAY + DAY, "by": by or world.lead, "now": NOW, **given}
    )


def change(world: World, of: Improvement, by: User | None = None, **given: Any) -> Improvement:
    fields = {name: getattr(of, name) for name in ("version", "action", "what", "owner", "due_on", "state")}
    return operations.change_improvement(
        improvement=of, **{**fields, "by": by or world.lead, "now": NOW, **given}
    )


def strangers(world: World) -> list[User]:
    """Who keeps no list for the topic: other roles, other teams' leads, who left, a lead in name only."""
    other, gone = World().lead, UserFactory.create(role=Role.ADMINISTRATOR, is_active=False)
    world.team.leads.add(world.person)
    return [world.agent, world.person, other, gone]


def test_the_last_rating_counts_and_the_former_stay(world: World) -> None:
    rate(world)
    last = rate(world, world.admin, version=1, for_customer=5, now=NOW + DAY)
    assert queries.ratings([world.topic.pk]) == {world.topic.pk: last}
    assert (last.by, last.by_name, last.at) == (world.admin, "Ad Min", NOW + DAY)
    kept = TopicRating.objects.order_by("number").values_list("for_customer", "by_name")
    assert list(kept) == [(2, "Lea Lead"), (5, "Ad Min")]


def test_topics_without_a_rating_have_none(world: World) -> None:
    assert queries.ratings([world.topic.pk]) == {}


def test_only_who_leads_the_topic_rates_it(world: World) -> None:
    for somebody in strangers(world):
        with pytest.raises(Forbidden):
            rate(world, somebody)
    assert not TopicRating.objects.exists()


@pytest.mark.parametrize("value", [0, 6, -1])
@pytest.mark.parametrize("field", ["for_customer", "for_organisation"])
def test_a_value_lies_on_the_scale(world: World, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        rate(world, **{field: value})
    assert refused.value.field == field


def test_whoever_rates_on_an_older_rating_hears_who_was_first(world: World) -> None:
    rate(world, world.admin)
    with pytest.raises(Overtaken) as refused:
        rate(world)
    assert (refused.value.by_name, refused.value.at, refused.value.current_version) == ("Ad Min", NOW, 1)
    assert TopicRating.objects.count() == 1


def test_a_rating_that_nobody_gave_was_not_seen(world: World) -> None:
    with pytest.raises(Outdated):
        rate(world, version=3)


@pytest.mark.parametrize("model", [TopicRating, ImprovementEntry])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_history_stays(world: World, model: type[TopicRating], verb: str) -> None:
    rate(world)
    add(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(by_name="") if verb == "update" else model.objects.all().delete()


def test_an_improvement_has_an_owner_and_a_day(world: World) -> None:
    made = add(world, what="  Brief duidelijker ")
    assert (made.what, made.owner, made.due_on, made.state) == (
        "Brief duidelijker",
        world.person,
        TODAY + DAY,
        "open",
    )
    entry = ImprovementEntry.objects.get()
    assert (entry.improvement, entry.by_name, entry.at, entry.changes) == (made, "Lea Lead", NOW, {})


def test_only_who_leads_the_topic_keeps_its_list(world: World) -> None:
    made = add(world)
    for somebody in strangers(world):
        with pytest.raises(Forbidden):
            add(world, somebody, what="Anders")
        with pytest.raises(Forbidden):
            change(world, made, somebody, state="done")
    assert list(Improvement.objects.values_list("state", flat=True)) == ["open"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("action", "wait"),
        ("what", "  "),
        ("what", "x" * (WHAT_LIMIT + 1)),
        ("due_on", TODAY - DAY),
        ("due_on", TODAY + AHEAD + DAY),
    ],
)
def test_what_does_not_fit_is_refused(world: World, field: str, value: Any) -> None:
    made = add(world, what="Eerst")
    for verb in (add, partial(change, of=made)):
        with pytest.raises(Invalid) as refused:
            verb(world, **{field: value})
        assert refused.value.field == field
    assert ImprovementEntry.objects.count() == 1


def test_the_far_ends_fit(world: World) -> None:
    assert add(world, what="x" * WHAT_LIMIT, due_on=TODAY + AHEAD).pk
    assert add(world, due_on=TODAY).pk


def test_owners_work_for_the_topic(world: World) -> None:
    other = World()
    assert set(queries.owners(world.topic)) == {world.lead, world.person, world.admin, other.admin}
    for somebody in (other.person, other.lead, world.agent):
        with pytest.raises(Invalid):
            add(world, owner=somebody)


def test_an_improvement_stays_with_an_owner_who_left_until_somebody_takes_over(world: World) -> None:
    made = add(world)
    User.objects.filter(pk=world.person.pk).update(is_active=False)
    assert change(world, made, what="Nog duidelijker").owner == world.person
    with pytest.raises(Invalid):
        add(world)


def test_a_day_that_has_passed_may_stay(world: World) -> None:
    made = add(world)
    later = NOW + 30 * DAY
    assert change(world, made, state="done", now=later).settled_at == later
    with pytest.raises(Invalid):
        add(world, now=later)


def test_the_same_is_to_do_once(world: World) -> None:
    made = add(world)
    with pytest.raises(Invalid) as refused:
        add(world)
    assert refused.value.field == "what"
    done = change(world, made, state="done")
    assert add(world).pk
    with pytest.raises(Invalid):
        change(world, done, state="open")
    assert add(world, topic=TopicFactory.create(teams=[world.team])).pk


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_what_was_settled_says_when_and_can_be_taken_up_again(world: World, state: str) -> None:
    settled = change(world, add(world), state=state)
    assert (settled.state, settled.settled_at) == (state, NOW)
    again = change(world, settled, state="open", now=NOW + DAY)
    assert (again.state, again.settled_at) == ("open", None)


def test_the_moment_it_was_settled_stays(world: World) -> None:
    settled = change(world, add(world), state="done")
    assert change(world, settled, what="Brief herschreven", now=NOW + DAY).settled_at == NOW


def test_an_unknown_state_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        change(world, add(world), state="paused")


def test_each_change_says_what_it_was(world: World) -> None:
    made = add(world)
    change(world, made, owner=world.lead, due_on=TODAY + 8 * DAY, state="done")
    last = ImprovementEntry.objects.latest("pk")
    assert last.changes == {
        "owner": [str(world.person), "Lea Lead"],
        "due_on": ["2026-11-24", "2026-12-01"],
        "state": ["open", "done"],
    }


def test_whoever_changes_an_older_version_hears_who_was_first(world: World) -> None:
    made = add(world)
    change(world, made, world.admin, state="done")
    with pytest.raises(Overtaken) as refused:
        change(world, made, state="dropped")
    assert (refused.value.by_name, refused.value.current_version) == ("Ad Min", 2)
    assert Improvement.objects.get().state == "done"


def test_the_list_has_what_is_to_do_first(world: World) -> None:
    late, soon = add(world, what="late", due_on=TODAY + 9 * DAY), add(world, what="soon")
    first, last = add(world, what="first"), add(world, what="last")
    change(world, first, state="done")
    change(world, last, state="dropped", now=NOW + DAY)
    assert list(Improvement.objects.in_order()) == [soon, late, last, first]


@pytest.mark.parametrize(
    "wrong", [{"state": "done"}, {"settled_at": NOW}, {"state": "paused", "settled_at": NOW}, {"action": "x"}]
)
def test_the_database_holds_what_is_settled_and_known(world: World, wrong: dict[str, Any]) -> None:
    add(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Improvement.objects.update(**wrong)


def test_the_database_holds_the_scale(world: World) -> None:
    row = TopicRating(topic=world.topic, number=1, for_customer=6, for_organisation=1, at=NOW, by=world.lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["rate", "change"])
def test_of_several_at_once_one_is_first_and_the_others_are_told(transactional_db: None, verb: str) -> None:
    world = World()
    made = add(world)
    outcomes: list[str] = []

    def attempt() -> None:
        try:
            rate(world) if verb == "rate" else change(world, made, state="done")
        except Overtaken as error:
            outcomes.append(error.by_name)
        else:
            outcomes.append("won")

    race([[attempt] * 4])
    assert sorted(outcomes) == ["Lea Lead"] * 3 + ["won"]
