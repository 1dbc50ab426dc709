"""The database keeps plain names and their words, whoever writes."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from callbacks.models import Customer, NameWord
from callbacks.queries.search.spelling import distance
from tests.factories import NOW, CustomerFactory


def plain(name: str) -> str:
    """As the database keeps it."""
    return str(Customer.objects.get(pk=CustomerFactory.create(name=name).pk).plain_name)


def words() -> set[str]:
    """All words kept."""
    return set(NameWord.objects.values_list("word", flat=True))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Fleur van den Berg", "fleur van den berg"),
        ("  Fleur   Berg ", "fleur berg"),
        ("Jürgen Müller", "jurgen muller"),
        ("Zoë", "zoe"),
        ("Søren Łódź-Åberg", "soren lodz aberg"),
        ("Strauß", "straus"),
        ("İdil Y\N{LATIN SMALL LETTER DOTLESS I}ld\N{LATIN SMALL LETTER DOTLESS I}z", "idil yildiz"),
        ("van 't Hof", "van t hof"),
        ("O’Neill", "oneill"),
        ("D'Angelo", "dangelo"),
        ("A.B. de Vries", "a b de vries"),
        ("fi\N{LATIN SMALL LIGATURE FI}n", "fifin"),
        ("李 小龙", "李 小龙"),
        ("🙂", ""),
        ("", ""),
        ("100% _ \\ '", "100"),
    ],
)
def test_a_name_is_kept_without_accents_and_marks(db: None, name: str, kept: str) -> None:
    assert plain(name) == kept


def test_a_new_customer_brings_its_words(db: None) -> None:
    CustomerFactory.create(name="Fleur van den Bérg")
    assert words() == {"fleur", "van", "den", "berg"}


def test_many_new_customers_bring_theirs(db: None) -> None:
    Customer.objects.bulk_create(
        Customer(name=name, phone="+31612345678", created_at=NOW) for name in ("Anna Berg", "Bert Berg")
    )
    assert words() == {"anna", "bert", "berg"}


def test_a_new_name_brings_its_words(db: None) -> None:
    customer = CustomerFactory.create(name="Anna Berg")
    Customer.objects.filter(pk=customer.pk).update(name="Anna Dal")
    assert words() == {"anna", "berg", "dal"}


@pytest.mark.parametrize("name", ["4f2a-11 99", "\N{ARABIC LIGATURE ALLAH ISOLATED FORM}" * 100])
def test_numbers_and_endless_words_are_not_kept(db: None, name: str) -> None:
    CustomerFactory.create(name=name)
    assert words() == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dijkstra", "dykstra"),
        ("schmidt", "smit"),
        ("mueller", "muller"),
        ("meijer", "meyer"),
        ("brouwer", "brauwer"),
        ("jansen", "janssen"),
        ("visser", "fisser"),
        ("zwart", "swart"),
        ("kuyper", "kuijper"),
    ],
)
def test_words_that_sound_alike_are_one(db: None, one: str, other: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT callbacks_sound(%s), callbacks_sound(%s)", [one, other])
        (here, there) = cursor.fetchone()
    assert here == there


@pytest.mark.parametrize("slip", ["jnasen", "jasen", "jaansen", "jamsen", "ansen", "janse"])
def test_words_a_slip_apart_share_a_likeness(db: None, slip: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT callbacks_likenesses('jansen') && callbacks_likenesses(%s)", [slip])
        assert cursor.fetchone() == (True,)


def test_other_words_share_none(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT callbacks_likenesses('jansen') && callbacks_likenesses('bakker')")
        assert cursor.fetchone() == (False,)


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("abc", "", 3),
        ("abc", "abcd", 1),
        ("abc", "ab", 1),
        ("abc", "axc", 1),
        ("abc", "acb", 1),
        ("abcd", "badc", 2),
        ("kitten", "sitting", 3),
    ],
)
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    assert distance(one, other) == slips


@given(one=st.text(max_size=8), other=st.text(max_size=8))
def test_slips_are_the_same_both_ways_and_at_most_all_letters(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one) <= max(len(one), len(other))
    assert (distance(one, other) == 0) == (one == other)
