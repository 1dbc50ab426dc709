"""Who the caller is: found again, or made."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from availability.planned import Planned
from callbacks import phones
from callbacks.errors import Invalid
from callbacks.models import Customer
from callbacks.operations import rows
from callbacks.operations.records import check_length

LIMITS = {"name": 100, "email": 200, "customer_number": 30}
LANGUAGES = ("nl", "en")
LEARNED = ("email", "language")


@dataclass(frozen=True, kw_only=True)
class CustomerData:
    """What the caller says of themselves, empty when nothing; ``phone`` in any notation.

    ``known`` is who the agent found them to be: they may be called on another number than their own.
    """

    name: str
    phone: str
    email: str = ""
    customer_number: str = ""
    language: str = ""
    known: Customer | None = None


def identify(given: Customer | CustomerData, *, now: dt.datetime) -> tuple[Customer, str]:
    """The customer, made when nobody fits, and the number (E.164) to call.

    Who is ``known`` is who it is; else a customer number decides; without one, phone and name together do. An
    address or language that is given replaces the one known; a name is given to who had none.
    Raises ``Invalid`` with the field.
    """
    if isinstance(given, Customer):
        return given, given.phone
    for field, limit in LIMITS.items():
        check_length(getattr(given, field), limit, field=field)
    if given.language not in {"", *LANGUAGES}:
        raise Invalid(_("Choose one of the languages."), field="language")
    phone = read_phone(given.phone, field="phone")
    customer = given.known or _find_or_make(given, phone, now=now)
    _learn(customer, given)
    return customer, phone


def read_phone(typed: str, *, field: str) -> str:
    """The number in E.164. Raises ``Invalid`` when it is none."""
    try:
        return phones.normalise(typed)
    except ValidationError as error:
        raise Invalid(error.messages[0], field=field) from error


def _learn(customer: Customer, given: CustomerData) -> None:
    """Keep what is given and was not known; what is not given stays as it was."""
    learned = LEARNED if customer.name else ("name", *LEARNED)
    new = [name for name in learned if getattr(given, name) not in {"", getattr(customer, name)}]
    if new:
        for name in new:
            setattr(customer, name, getattr(given, name))
        customer.save(update_fields=new)


# Who is known comes first; only when nobody is, somebody is made.
FIND_OR_MAKE = """
WITH known AS (
  SELECT {columns} FROM callbacks_customer WHERE {fits} ORDER BY id LIMIT 1
), made AS (
  INSERT INTO callbacks_customer (name, phone, email, customer_number, language, created_at)
  SELECT %(name)s, %(phone)s, %(email)s, %(customer_number)s, %(language)s, %(now)s
  WHERE NOT EXISTS (SELECT FROM known)
  ON CONFLICT DO NOTHING
  RETURNING {columns}
)
SELECT * FROM known UNION ALL SELECT * FROM made
"""
NUMBER_FITS = "customer_number = %(customer_number)s"
PHONE_AND_NAME_FIT = "phone = %(phone)s AND upper(name) = upper(%(name)s)"


@cache
def _planned(fits: str) -> Planned:
    columns = rows.columns(Customer, "callbacks_customer")
    return Planned(
        FIND_OR_MAKE.format(columns=columns, fits=fits),
        name="text",
        phone="text",
        email="text",
        customer_number="text",
        language="text",
        now="timestamptz",
    )


def _find_or_make(given: CustomerData, phone: str, *, now: dt.datetime) -> Customer:
    statement = _planned(NUMBER_FITS if given.customer_number else PHONE_AND_NAME_FIT)
    found: list[tuple[Any, ...]] = []
    # Two agents may make the same customer at once: the unique number decides. Who is second waits for the
    # first, and finds that customer when looking again.
    while not found:
        found = statement.rows(
            name=given.name,
            phone=phone,
            email=given.email,
            customer_number=given.customer_number or None,
            language=given.language or LANGUAGES[0],
            now=now,
        )
    return rows.read(Customer, found[0])[0]
