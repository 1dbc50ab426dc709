"""Words in customers' names that are like a word somebody typed."""

from django.db import connection

SHORTEST = 4
MOST = 8
FAR = 3

# Likenesses catch slips; a word may also be typed without its beginning.
ALIKE = """
SELECT word, callbacks_sound(word) = callbacks_sound(%(word)s) FROM callbacks_nameword
WHERE likenesses && callbacks_likenesses(%(word)s)
UNION ALL
(
  SELECT word, true FROM callbacks_nameword
  WHERE word LIKE '%%' || %(word)s || '%%' AND %(is_long)s LIMIT %(most)s
)
"""
# What slips further, inside what sounds as one: "uo" for "ou". Dearer, so only when there is nothing else.
SIMILAR = "SELECT word, false FROM callbacks_nameword WHERE word %% %(word)s"


def like(word: str) -> dict[str, int]:
    """The words most like this one, with how far away each is: from 1 (sounds the same) to 2."""
    return _nearest(word, ALIKE) or _nearest(word, SIMILAR)


def _nearest(word: str, statement: str) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"word": word, "is_long": len(word) >= SHORTEST, "most": MOST})
        known = cursor.fetchall()
    most = 2 if len(word) > SHORTEST else 1 if len(word) == SHORTEST else 0
    near = {
        other: 1 if sounds_the_same else slips
        for other, sounds_the_same in known
        if (slips := distance(word, other)) <= most or sounds_the_same
    }
    return dict(sorted(near.items(), key=lambda one: (one[1], distance(word, one[0]), one[0]))[:MOST])


def distance(one: str, other: str) -> int:
    """How many slips lie between two words: a letter too many, too few, another one, or two swapped."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            steps = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                steps = min(steps, earlier[j - 2] + 1)
            row.append(steps)
    return row[-1]
