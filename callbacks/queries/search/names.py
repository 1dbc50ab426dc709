"""Customers by name: whole words first, then beginnings, then what may have been meant."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from callbacks.queries.search import wording
from callbacks.queries.search.spelling import FAR, like
from callbacks.states import OPEN

# Of the thousands with a frequent name, so many are looked at: another letter says more than any order does.
LOOKED_AT = 1000
GUESSED_AT = 200

# The name that is just this comes first, then names with the words next to each other.
FITTING = """
SELECT c.id FROM callbacks_customers_named(%(query)s::tsquery, %(most)s) AS c
WHERE c.id <> ALL (%(known)s)
ORDER BY c.plain_name = %(said)s DESC,
  strpos(' ' || c.plain_name || %(end)s, ' ' || %(said)s || %(end)s) > 0 DESC,
  EXISTS (SELECT FROM callbacks_appointment a WHERE a.customer_id = c.id AND a.state IN %(open)s) DESC,
  c.name, c.id
LIMIT %(limit)s
"""
LIKELY = """
SELECT c.id, string_to_array(c.plain_name, ' '), c.name,
  EXISTS (SELECT FROM callbacks_appointment a WHERE a.customer_id = c.id AND a.state IN %(open)s)
FROM callbacks_customers_named(%(query)s::tsquery, %(most)s) AS c
WHERE c.id <> ALL (%(known)s)
"""


@dataclass(frozen=True)
class Named:
    """The key of a customer, and whether the name is only like the one typed."""

    customer: int
    is_guess: bool = False


class _Reading(NamedTuple):
    """A way to understand a text: what to look for, with the words in it, and whether as whole words."""

    query: wording.Query
    said: str
    is_whole: bool


def named(text: str, *, limit: int, known: Sequence[int]) -> list[Named]:
    """At most ``limit`` customers by name, the best fit first, without those already ``known``."""
    words = wording.words_of(_plain(text))
    found: list[int] = []
    is_sure = False
    for reading in _readings(words):
        if len(found) < limit:
            found += _fitting(reading, limit=limit - len(found), known=[*known, *found])
            is_sure = is_sure or (reading.is_whole and bool(found))
    guesses: list[Named] = []
    if words and not is_sure and len(found) < limit:
        guesses = _likely(words, limit=limit - len(found), known=[*known, *found])
    return [*map(Named, found), *guesses]


def _readings(words: Sequence[str]) -> Iterator[_Reading]:
    """What to look for, in turn."""
    for some in (words, wording.core(words)):
        if some:
            yield _Reading(wording.whole(some), " ".join(some), is_whole=True)
            yield _Reading(wording.beginnings(some), " ".join(some), is_whole=False)


def _plain(text: str) -> str:
    """The text as the database writes names: what a letter without its accent is, is said in one place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT callbacks_plain(%s)", [text])
        return str(cursor.fetchone()[0])


def _fitting(reading: _Reading, *, limit: int, known: Sequence[int]) -> list[int]:
    given: dict[str, Any] = {
        "query": reading.query,
        "said": reading.said,
        # Whole words end with a space, as the name will.
        "end": " " if reading.is_whole else "",
        "most": LOOKED_AT,
        "limit": limit,
        "known": list(known),
        "open": OPEN,
    }
    with connection.cursor() as cursor:
        cursor.execute(FITTING, given)
        return [pk for (pk,) in cursor.fetchall()]


def _likely(words: Sequence[str], *, limit: int, known: Sequence[int]) -> list[Named]:
    """What may have been meant, the fewest slips first."""
    words = wording.telling(words)
    near = {word: like(word) for word in words}
    given: dict[str, Any] = {
        "query": wording.guesses(words, near),
        "most": GUESSED_AT,
        "known": list(known),
        "open": OPEN,
    }
    with connection.cursor() as cursor:
        cursor.execute(LIKELY, given)
        rows = cursor.fetchall()
    ranked = sorted(
        (_slips(near, name_words), not is_open, name, pk) for pk, name_words, name, is_open in rows
    )
    return [Named(pk, is_guess=True) for *_rank, pk in ranked[:limit]]


def _slips(near: Mapping[str, Mapping[str, int]], name_words: Sequence[str]) -> int:
    """How far all words together are from those of a name."""
    return sum(
        min(0 if one.startswith(word) else others.get(one, FAR) for one in name_words)
        for word, others in near.items()
    )
