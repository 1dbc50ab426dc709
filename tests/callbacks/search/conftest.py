"""People to be found."""

from collections.abc import Callable

import pytest

from accounts.models import User
from callbacks.models import Customer
from callbacks.queries.search import find_callers
from tests.factories import CustomerFactory, UserFactory, World

PEOPLE = (
    ("Fleur van den Berg", "+31612345678", "KL-20451"),
    ("Jan Jansen", "+31201234567", None),
    ("Piet Janssen", "+447700900001", None),
    ("Jürgen Müller", "+447700900002", "20000017"),
    ("A.B. de Vries-Özdemir", "+447700900003", None),
    ("Willem van 't Hof", "+447700900004", None),
    ("Sanne O’Neill", "+447700900005", None),
    ("Karel Dijkstra", "+447700900006", None),
    ("Thijs Schmidt", "+447700900007", None),
    ("Fatima El Amrani", "+447700900008", None),
    ("K. v.d. Meer", "+447700900009", None),
    ("Zoë Kuijpers", "+447700900010", None),
    ("Aaltje Wongsosemito", "+447700900011", None),
    ("Łukasz Kowalski", "+447700900012", None),
    ("Karel 3 Bakker", "+447700900013", None),
    ("", "+447700900014", None),
    ("Ελένη Παπαδάκη", "+447700900015", None),
)

Find = Callable[[str], list[Customer]]


@pytest.fixture
def people(db: None) -> dict[str, Customer]:
    """Customers by name."""
    return {
        name: CustomerFactory.create(name=name, phone=phone, customer_number=number)
        for name, phone, number in PEOPLE
    }


@pytest.fixture
def agent(db: None) -> User:
    """Somebody of the front office."""
    return UserFactory.create()


@pytest.fixture
def find(agent: User) -> Find:
    """What the agent finds, in order."""
    return lambda text: [one.customer for one in find_callers(text=text, user=agent)]


@pytest.fixture
def berg(people: dict[str, Customer]) -> Customer:
    """Fleur van den Berg."""
    return people["Fleur van den Berg"]


@pytest.fixture
def busy(world: World) -> World:
    """A world with room for several appointments at one time."""
    world.specialist()
    return world
