"""Small worlds for tests: one team with a topic, specialists with windows, and people around them."""

import datetime as dt
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.models import Role, User
from availability.models import Specialist, Team, Topic, Window
from callbacks import operations
from callbacks.models import Appointment, Customer

# Monday 23 November 2026, 09:00 in Amsterdam.
NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


def at(hour: int, minute: int = 0, *, day: int = 23) -> dt.datetime:
    """A UTC instant on a day of November 2026, given in Amsterdam's wall-clock time (UTC+1)."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=dt.UTC) - dt.timedelta(hours=1)


class UserFactory(DjangoModelFactory[User]):
    """An agent unless said otherwise."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"User {n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    role = Role.AGENT


class TeamFactory(DjangoModelFactory[Team]):
    """A team with a mailbox."""

    class Meta:
        model = Team

    slug = factory.Sequence(lambda n: f"team-{n}")
    name = factory.Sequence(lambda n: f"Team {n}")
    mailbox = factory.LazyAttribute(lambda team: f"{team.slug}@example.org")


class TopicFactory(DjangoModelFactory[Topic]):
    """A topic of 30 minutes; pass ``teams=[...]``."""

    class Meta:
        model = Topic
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"topic-{n}")
    name = factory.Sequence(lambda n: f"Topic {n}")
    duration = 30

    @factory.post_generation
    def teams(self, create: bool, extracted: list[Team] | None, **_: Any) -> None:  # noqa: FBT001 - factory_boy's signature
        if create and extracted:
            self.teams.set(extracted)


class SpecialistFactory(DjangoModelFactory[Specialist]):
    """A specialist; pass ``topics=[...]``."""

    class Meta:
        model = Specialist
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory, role=Role.SPECIALIST)
    team = factory.SubFactory(TeamFactory)

    @factory.post_generation
    def topics(self, create: bool, extracted: list[Topic] | None, **_: Any) -> None:  # noqa: FBT001 - factory_boy's signature
        if create and extracted:
            self.topics.set(extracted)


class WindowFactory(DjangoModelFactory[Window]):
    """Monday 9:00–12:00 from early November 2026 on."""

    class Meta:
        model = Window

    specialist = factory.SubFactory(SpecialistFactory)
    weekday = 1
    starts = dt.time(9)
    ends = dt.time(12)
    valid_from = dt.date(2026, 11, 2)


class CustomerFactory(DjangoModelFactory[Customer]):
    """A customer with a number from a range reserved for fiction."""

    class Meta:
        model = Customer

    name = factory.Sequence(lambda n: f"Customer {n}")
    phone = factory.Sequence(lambda n: f"+4477009{n % 100000:05d}")
    email = factory.Sequence(lambda n: f"customer{n}@example.org")
    created_at = NOW


class World:
    """One team, topic and lead, ``capacity`` specialists there every weekday 9:00–17:00, and an agent."""

    def __init__(self, *, capacity: int = 1, **topic: Any) -> None:
        self.team = TeamFactory.create(minimum_notice=0)
        self.topic = TopicFactory.create(teams=[self.team], **topic)
        self.specialists = [self.specialist() for _ in range(capacity)]
        self.agent = UserFactory.create(name="Anna Agent")
        self.lead = UserFactory.create(role=Role.LEAD, name="Lea Lead")
        self.admin = UserFactory.create(role=Role.ADMINISTRATOR, name="Ad Min")
        self.team.leads.add(self.lead)

    def specialist(self, **fields: Any) -> Specialist:
        """One more specialist of the team with the same week."""
        made = SpecialistFactory.create(team=self.team, topics=[self.topic], **fields)
        for weekday in range(1, 6):
            WindowFactory.create(specialist=made, weekday=weekday, ends=dt.time(17))
        return made

    @property
    def person(self) -> User:
        """The first specialist's user."""
        return self.specialists[0].user

    def book(
        self, starts_at: dt.datetime | None = None, *, now: dt.datetime = NOW, **fields: Any
    ) -> Appointment:
        """Book through the door; by default Monday 10:00 for a new customer."""
        fields.setdefault("by", self.agent)
        fields.setdefault("customer", CustomerFactory.create)
        if callable(fields["customer"]):
            fields["customer"] = fields["customer"]()
        return operations.book(topic=self.topic, starts_at=starts_at or at(10), now=now, **fields)
