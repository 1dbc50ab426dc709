"""Customers by what is theirs alone: phone, e-mail address, reference, customer number or case number."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from callbacks import phones, references
from callbacks.states import OPEN

LAST_DIGITS = 6
# With words around it ("tel. 06…"), it takes this many digits to be a phone number.
DIGITS_OF_A_PHONE = 9
MOST = 1000

# One look into one index each: a condition that joins them with OR would read whole tables. The smaller the
# rank, the better the fit.
CUSTOMER_NUMBER = "SELECT id, 0 FROM callbacks_customer WHERE callbacks_code(customer_number) = %(code)s"
REFERENCE = "SELECT customer_id, 0 FROM callbacks_appointment WHERE reference = %(reference)s"
CASE_NUMBER = """
SELECT customer_id, 1 FROM callbacks_appointment
WHERE case_number <> '' AND callbacks_code(case_number) = %(code)s
"""
PHONE = "SELECT id, 0 FROM callbacks_customer WHERE phone = %(phone)s"
PHONE_TO_CALL = "SELECT customer_id, 1 FROM callbacks_appointment WHERE phone = %(phone)s"
SECOND_PHONE = """
SELECT customer_id, 2 FROM callbacks_appointment
WHERE second_phone <> '' AND right(second_phone, 6) = right(%(phone)s, 6) AND second_phone = %(phone)s
"""
# As far as it is typed, whole or not.
EMAIL = """
SELECT id, CASE WHEN upper(email) = upper(%(email)s) THEN 0 ELSE 3 END FROM callbacks_customer
WHERE upper(email) ~>=~ upper(%(email)s) AND upper(email) ~<~ (upper(%(email)s) || chr(1114111))
"""
BEGINNING = """
SELECT id, 3 FROM callbacks_customer WHERE phone ~>=~ %(beginning)s AND phone ~<~ (%(beginning)s || ':')
"""
END = "SELECT id, 4 FROM callbacks_customer WHERE right(phone, 6) = %(six)s AND right(phone, %(n)s) = %(end)s"
END_TO_CALL = """
SELECT customer_id, 5 FROM callbacks_appointment
WHERE right(phone, 6) = %(six)s AND right(phone, %(n)s) = %(end)s
"""
END_OF_SECOND = """
SELECT customer_id, 6 FROM callbacks_appointment
WHERE second_phone <> '' AND right(second_phone, 6) = %(six)s AND right(second_phone, %(n)s) = %(end)s
"""
# What may have been meant by a reference that was heard or read wrongly.
REFERENCE_MEANT = "SELECT customer_id, 7 FROM callbacks_appointment WHERE reference = ANY (%(meant)s)"

RANKED = """
WITH fits (id, rank) AS ({fits})
SELECT c.id FROM (SELECT id, min(rank) AS rank FROM fits GROUP BY id) AS best
  JOIN callbacks_customer c USING (id)
ORDER BY best.rank, EXISTS (
    SELECT FROM callbacks_appointment a WHERE a.customer_id = c.id AND a.state IN %(open)s
  ) DESC, c.name, c.id
LIMIT %(limit)s
"""


def is_email(text: str) -> bool:
    """Whether a text is an e-mail address, as far as it is typed; no name is."""
    return re.fullmatch(r"[^\s@]+@\S*", text) is not None


def numbered(text: str, *, limit: int) -> list[int]:
    """Keys of at most ``limit`` customers, the best fit first."""
    values = _values(text)
    fits = " UNION ALL ".join(f"({part} LIMIT {MOST})" for part in _parts(values))
    if not fits:
        return []
    with connection.cursor() as cursor:
        cursor.execute(RANKED.format(fits=fits), {**values, "limit": limit, "open": OPEN})
        return [pk for (pk,) in cursor.fetchall()]


def _values(text: str) -> dict[str, Any]:
    """What the text may be, by the names used in the statements."""
    code = re.sub(r"[^A-Z0-9]", "", text.upper())
    digits = re.sub(r"\D", "", text)
    values: dict[str, Any] = {"code": code} if code else {}
    if is_email(text):
        values["email"] = text
    if references.could_be_one(text):
        values["reference"] = references.normalise(text)
        # Seven letters are a name far more often.
        values["meant"] = references.alike(text) if digits else []
    if len(digits) >= (DIGITS_OF_A_PHONE if re.search(r"[^\W\d_]", text) else LAST_DIGITS):
        values |= {"six": digits[-LAST_DIGITS:], "end": digits, "n": len(digits), **_phone(text)}
    return values


def _phone(text: str) -> dict[str, str]:
    beginning = phones.beginning(text)
    values = {"beginning": beginning} if beginning else {}
    try:
        return {**values, "phone": phones.normalise(text)}
    except ValidationError:
        return values


def _parts(values: dict[str, Any]) -> Iterator[str]:
    if "code" in values:
        yield from (CUSTOMER_NUMBER, CASE_NUMBER)
    if "reference" in values:
        yield from (REFERENCE, REFERENCE_MEANT)
    if "email" in values:
        yield EMAIL
    if "phone" in values:
        yield from (PHONE, PHONE_TO_CALL, SECOND_PHONE)
    if "beginning" in values:
        yield BEGINNING
    if "six" in values:
        yield from (END, END_TO_CALL, END_OF_SECOND)
