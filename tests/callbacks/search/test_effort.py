"""A search reads what it needs, however many customers there are."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callbacks.queries.search import find_callers
from tests.factories import CustomerFactory, World, at

NAMED = re.compile(r"callbacks_customers_named\('(?P<query>[^']+)'::tsquery, \d+\) AS c")
BODY = (
    r"(SELECT id, name, plain_name FROM callbacks_customer WHERE"
    r" array_to_tsvector(string_to_array(plain_name, ' ')) @@ '\g<query>'::tsquery LIMIT 1000) AS c"
)
TEXTS = [
    "06 1234 5678",
    "345678",
    "berg",
    "van den b",
    "brgh",
    "vandenberg",
    "KL-20451",
    "K7P-4MXQ",
    "Z-2026/001234",
    "jo@example.org",
]


@pytest.mark.parametrize("text", TEXTS)
def test_no_search_reads_whole_tables(world: World, text: str) -> None:
    CustomerFactory.create(name="Fleur van den Berg")
    with CaptureQueriesContext(connection) as queries:
        find_callers(text=text, user=world.agent)
    with connection.cursor() as cursor:
        # Small tables are read whole unless that is forbidden; what still is has no index to use.
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in queries:
            statement = NAMED.sub(BODY, query["sql"])
            # A function hides what it reads; its body is what is looked at.
            assert "callbacks_customers_named" not in statement
            cursor.execute(f"EXPLAIN {statement}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan" not in plan, statement


def test_the_first_customers_are_not_read_to_find_some_of_a_name(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = 'callbacks_customers_named'")
        assert cursor.fetchone() == (["enable_seqscan=off"],)


def test_no_search_reads_a_list_of_what_is_still_to_be_sorted_into_an_index(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.reloptions FROM pg_class c JOIN pg_am a ON a.oid = c.relam"
            " JOIN pg_index i ON i.indexrelid = c.oid"
            " WHERE a.amname = 'gin'"
            " AND i.indrelid IN ('callbacks_customer'::regclass, 'callbacks_nameword'::regclass)"
        )
        options = dict(cursor.fetchall())
    names = ("customer_words", "name_word_likenesses", "name_word_trigram")
    assert options == {name: ["fastupdate=off"] for name in names}


@pytest.mark.parametrize("text", ["berg", "345678", "bergh"])
def test_more_callers_take_no_more_queries(world: World, text: str) -> None:
    world.specialist()
    taken = []
    for number in (1, 2, 3):
        customer = CustomerFactory.create(name="Anna Berg", phone="+31612345678")
        world.book(at(9 + number), customer=customer)
        with CaptureQueriesContext(connection) as queries:
            assert len(find_callers(text=text, user=world.agent)) == number
        taken.append(len(queries))
    assert taken[0] == taken[2]
