"""The words of a name as it is typed, and what PostgreSQL is asked for them."""

import re
from collections.abc import Iterable, Mapping, Sequence

MOST_WORDS = 6
LONGEST_WORD = 50

# Words that stand before many names: worth little in a search, and often left out, shortened or mistaken.
PARTICLES = frozenset(
    {"van", "de", "den", "der", "het", "t", "te", "ten", "ter", "op", "in", "aan", "bij", "vd", "v", "d"}
    | {"von", "zu", "el", "al", "la", "le", "da", "dos", "di", "del", "ben", "bin", "ibn"}
)
TITLES = frozenset(
    {"dhr", "heer", "meneer", "mevr", "mevrouw", "mw", "fam", "familie", "mr", "mrs", "ms", "mister"}
)
SHORT_FOR = {
    "vd": ("vd", "v & d", "van & de", "van & den", "van & der"),
    "vh": ("vh", "van & het", "van & t"),
}
# "vandenberg", "vdberg" and "dejong" are written in one word by mistake.
GLUED = ("van", "vande", "vanden", "vander", "vant", "vd", "de", "den", "der", "te", "ten", "ter", "el", "al")
SHORTEST_NAME = 3

Query = str


def words_of(plain: str) -> list[str]:
    """The words that count of a plain name: "v d" is one, a title is none."""
    words = [word[:LONGEST_WORD] for word in re.sub(r"\bv d\b", "vd", plain).split()]
    meant = [word for word in words if word not in TITLES]
    return (meant if set(meant) - PARTICLES else words)[:MOST_WORDS]


def core(words: Sequence[str]) -> list[str]:
    """Without particles; nothing when all are core, or none is."""
    rest = [word for word in words if word not in PARTICLES]
    return rest if len(rest) < len(words) else []


def telling(words: Sequence[str]) -> list[str]:
    """Without particles and initials, as long as something is left."""
    rest = core(words) or list(words)
    return [word for word in rest if len(word) > 1] or rest


def whole(words: Iterable[str]) -> Query:
    """All of these words."""
    return _all(SHORT_FOR.get(word, (word,)) for word in words)


def beginnings(words: Sequence[str]) -> Query:
    """Words that begin like these, as an initial does, or a word still being typed."""
    return _all(_beginning(word, is_last=place == len(words)) for place, word in enumerate(words, 1))


def _beginning(word: str, *, is_last: bool) -> Iterable[str]:
    if word in SHORT_FOR:
        return SHORT_FOR[word]
    # Half of the names have a word that begins like "de".
    return (word if word in PARTICLES and not is_last else f"{word}:*",)


def guesses(words: Sequence[str], like: Mapping[str, Iterable[str]]) -> Query:
    """What may have been meant: words like these, initials of first names, a name without its particles."""
    alone = len(words) == 1
    return _all(
        (f"{word}:*", *like.get(word, ()), *unglued(word), *(() if alone else (word[0],))) for word in words
    )


def unglued(word: str) -> list[str]:
    """The names that may be in a word that begins with particles."""
    rests = (word.removeprefix(particle) for particle in GLUED if word.startswith(particle))
    return [rest for rest in rests if len(rest) >= SHORTEST_NAME]


def _all(parts: Iterable[Iterable[str]]) -> Query:
    return " & ".join(f"({' | '.join(f'({one})' for one in part)})" for part in parts)
