"""What the leads of the demo think that topics are worth, and what they do about them."""

import datetime as dt
from typing import Any, NamedTuple

from availability.models import Topic
from callbacks import operations

DAY = dt.timedelta(days=1)
RATED_DAYS_AGO = 75

# Worth to the customer and to the organisation, by topic. The others wait to be rated.
RATINGS = {
    "paspoort": (3, 2),
    "rijbewijs": (2, 1),
    "verhuizing-doorgeven": (4, 1),
    "geboorteaangifte": (5, 4),
    "bezwaar-woz": (1, 3),
    "kwijtschelding": (2, 4),
    "betalingsregeling": (4, 5),
    "afvalstoffenheffing": (1, 1),
    "bijstandsuitkering": (3, 4),
    "inkomsten-doorgeven": (2, 2),
    "bijzondere-bijstand": (4, 4),
    "schuldhulp": (5, 5),
    "wmo-hulp": (4, 4),
    "gehandicaptenparkeerkaart": (2, 2),
    "jeugdhulp": (5, 5),
    "omgevingsvergunning": (4, 3),
    "parkeervergunning": (3, 1),
    "melding-openbare-ruimte": (2, 5),
    "grofvuil": (4, 1),
}


class Plan(NamedTuple):
    """Something to do, in days from now: added and settled so long ago, due so long from now."""

    topic: str
    action: str
    what: str
    added: int
    due: int
    state: str = "open"
    settled: int = 0


PLANS = (
    Plan(
        "afvalstoffenheffing",
        "pre_empt",
        "Bij de aanslag uitleggen waarom het bedrag anders is",
        70,
        -35,
        "done",
        40,
    ),
    Plan(
        "rijbewijs",
        "digitise",
        "In de bevestiging zetten wanneer het rijbewijs klaarligt",
        60,
        -20,
        "done",
        4,
    ),
    Plan(
        "gehandicaptenparkeerkaart",
        "eliminate",
        "Niet meer bellen om ontvangst te melden",
        50,
        -30,
        "dropped",
        25,
    ),
    Plan("parkeervergunning", "digitise", "Kenteken zelf laten wijzigen op de website", 70, -40, "done", 49),
    Plan("melding-openbare-ruimte", "pre_empt", "Bij het sluiten zeggen wat er is gedaan", 40, 10),
    Plan("bezwaar-woz", "streamline", "Taxatieverslag meesturen met de beschikking", 45, -6),
    Plan("inkomsten-doorgeven", "pre_empt", "Brief over wijzigingen herschrijven op taalniveau B1", 30, 12),
    Plan("grofvuil", "digitise", "Ophaaldag laten kiezen op de website", 5, 60),
    Plan("schuldhulp", "leverage", "Bij elk gesprek vragen of er meer speelt", 2, 90),
)


def play(*, now: dt.datetime) -> None:
    """Rate and plan through the doors, as if it had been done in the weeks before ``now`` (UTC)."""
    topics = {one.slug: one for one in Topic.objects.prefetch_related("teams__leads")}
    for number, (slug, values) in enumerate(RATINGS.items()):
        operations.rate_topic(
            topic=topics[slug],
            version=0,
            for_customer=values[0],
            for_organisation=values[1],
            by=topics[slug].teams.all()[0].leads.all()[0],
            now=now - DAY * (RATED_DAYS_AGO - number),
        )
    for plan in PLANS:
        _follow(plan, topics[plan.topic], now)


def _follow(plan: Plan, topic: Topic, now: dt.datetime) -> None:
    lead = topic.teams.all()[0].leads.all()[0]
    due_on = (now + DAY * plan.due).date()
    given: dict[str, Any] = {"action": plan.action, "what": plan.what, "owner": lead, "due_on": due_on}
    made = operations.add_improvement(topic=topic, by=lead, now=now - DAY * plan.added, **given)
    if plan.settled:
        operations.change_improvement(
            improvement=made,
            version=made.version,
            state=plan.state,
            by=lead,
            now=now - DAY * plan.settled,
            **given,
        )
