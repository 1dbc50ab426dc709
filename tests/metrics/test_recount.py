"""Every figure equals a recount in plain Python, whatever happened."""

from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import Any, TypeVar

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from callbacks.metrics import agreements, contacts, promises
from callbacks.metrics.contacts import Answers, Resolution
from callbacks.metrics.promises import Kept
from callbacks.metrics.scope import Scope, monday_of
from callbacks.metrics.statistics import Share, percentile
from callbacks.models import Contact, Promise
from callbacks.states import CONNECTED, ContactResult, PromiseOutcome
from tests.factories import NOW
from tests.metrics.histories import ZONE, History, half

K = TypeVar("K")
# A seed says it all; a smaller seed is no simpler history, so there is nothing to shrink.
SEEDS = settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
NARROWER: list[dict[str, Any]] = [{}, {"channel": "phone"}, {"half": "am"}, {"half": "pm"}]


def kept_of(history: History, due: list[Promise]) -> Kept:
    """The counts of some promises, one by one."""
    first = [history.calls(one)[0] for one in due if history.calls(one)]
    spoken = [
        one
        for one in due
        if any(
            call.outcome in CONNECTED and one.counts_from <= call.started_at <= one.due_at
            for call in history.calls(one)
        )
    ]
    return Kept(
        n=len(due),
        kept=sum(one.outcome == PromiseOutcome.KEPT for one in due),
        late=sum(one.outcome == PromiseOutcome.LATE for one in due),
        spoken=len(spoken),
        first_spoken=sum(call.outcome in CONNECTED for call in first),
        first_calls=len(first),
        in_time=sum(history.lateness(one) == 0 for one in due),
    )


def shares(counted: Iterable[tuple[K, bool]]) -> dict[K, Share]:
    """Of each kind how many there are, and of how many it is so."""
    found: dict[K, Share] = {}
    for kind, met in counted:
        before = found.get(kind, Share(0, 0))
        found[kind] = Share(before.met + met, before.n + 1)
    return found


def resolution_of(history: History, eligible: list[Contact], scope: Scope) -> Resolution:
    """The same for contacts."""
    resolving = {ContactResult.SOLVED, ContactResult.TRANSFERRED, ContactResult.REFERRED}
    again = [one for one in eligible if history.came_again(one, 7)]
    return Resolution(
        resolved=sum(one.result in resolving and one not in again for one in eligible),
        n=len(eligible),
        again=len(again),
        immature=sum((scope.now - one.at).days < 7 for one in eligible),
    )


class TestRecount(TestCase):
    """Against the database, each with a history of its own."""

    @SEEDS
    @given(seed=st.integers(0, 10**6), narrower=st.sampled_from(NARROWER))
    def test_promises(self, seed: int, narrower: dict[str, Any]) -> None:
        history = History(Random(seed))
        scope = history.scope(**narrower)
        due = history.due(scope)
        together, weekly = promises.kept(scope)
        assert together == kept_of(history, due)
        by_monday = [[one for one in due if monday_of(one.due_at, ZONE) == day] for day in scope.mondays]
        assert weekly == [kept_of(history, some) for some in by_monday]

    @SEEDS
    @given(seed=st.integers(0, 10**6), narrower=st.sampled_from(NARROWER))
    def test_durations(self, seed: int, narrower: dict[str, Any]) -> None:
        history = History(Random(seed))
        scope = history.scope(**narrower)
        due = history.due(scope)
        late = sorted(one for one in map(history.lateness, due) if one is not None)
        found = promises.lateness(scope)
        assert (found.n, found.most) == (len(late), max(late, default=None))
        assert [found.p50, found.p90, found.p95] == [percentile(late, share) for share in (0.5, 0.9, 0.95)]
        reached = promises.lateness_reached(scope, minutes=[0, 15, 60])
        assert reached == [Share(sum(one <= 60 * limit for one in late), len(late)) for limit in (0, 15, 60)]
        lead = sorted(round((one.starts_at - one.made_at).total_seconds()) for one in due)
        ahead = promises.lead_time(scope)
        assert [ahead.p50, ahead.p90, ahead.p95] == [percentile(lead, share) for share in (0.5, 0.9, 0.95)]

    @SEEDS
    @given(seed=st.integers(0, 10**6), narrower=st.sampled_from(NARROWER))
    def test_halves_of_days(self, seed: int, narrower: dict[str, Any]) -> None:
        history = History(Random(seed))
        scope = history.scope(**narrower)
        team = history.world.team.pk
        kept = [(half(one.starts_at), one.outcome == PromiseOutcome.KEPT) for one in history.due(scope)]
        assert promises.kept_by_half(scope) == shares(((team, when), met) for when, met in kept)
        tried = [
            (half(one.at), bool(one.reached))
            for one in history.made(scope)
            if one.transferred_to == history.world.specialists[0]
        ]
        assert contacts.transfers(scope) == shares(((team, when), answered) for when, answered in tried)

    @SEEDS
    @given(seed=st.integers(0, 10**6))
    def test_months(self, seed: int) -> None:
        history = History(Random(seed))
        counting = [one for one in history.promises if one.outcome != PromiseOutcome.WITHDRAWN]
        for found in agreements.by_month(history.scope()):
            due = [
                one.outcome == PromiseOutcome.KEPT
                for one in counting
                if one.due_at.astimezone(ZONE).date().replace(day=1) == found.first
                and (one.ended_at is not None or one.due_at < NOW)
            ]
            assert found.kept == Share(sum(due), len(due))

    @SEEDS
    @given(seed=st.integers(0, 10**6))
    def test_attempts(self, seed: int) -> None:
        history = History(Random(seed))
        calls = [call for one in history.due(history.scope()) for call in history.calls(one)]
        counted = Counter((min(call.number, promises.MOST_ATTEMPTS), call.outcome) for call in calls)
        assert promises.attempts(history.scope()) == dict(counted)

    @SEEDS
    @given(seed=st.integers(0, 10**6), narrower=st.sampled_from(NARROWER))
    def test_contacts(self, seed: int, narrower: dict[str, Any]) -> None:
        history = History(Random(seed))
        scope = history.scope(**narrower)
        made = history.made(scope)
        wanted = [one for one in made if one.result in {ContactResult.REFUSED, ContactResult.CALLBACK}]
        refused = sum(one.result == ContactResult.REFUSED for one in wanted)
        assert contacts.unmet_demand(scope)[0] == Share(refused, len(wanted))
        assert contacts.asking(scope)[0] == sum(history.was_owed(one) for one in made)
        eligible = [one for one in made if one.customer_id is not None]
        assert contacts.resolution(scope)[None] == resolution_of(history, eligible, scope)

    @SEEDS
    @given(seed=st.integers(0, 10**6))
    def test_answers(self, seed: int) -> None:
        history = History(Random(seed))
        made = history.made(history.scope())
        for found in contacts.answers(history.scope()):
            same = [one for one in made if (one.topic_id, one.channel) == (found.topic, found.channel)]
            avoidable = [one.avoidable for one in same if one.avoidable is not None]
            searched = [one.searched_online for one in same if one.searched_online is not None]
            assert found == Answers(
                found.topic,
                found.channel,
                len(same),
                Share(sum(avoidable), len(avoidable)),
                Share(sum(searched), len(searched)),
            )
