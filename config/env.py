"""Typed settings from environment variables, each declared once with its default and its meaning.

Every declaration is recorded in ``VARIABLES``, from which the README's table and the checks on
``docker-compose.yml`` are made. A wrong value stops the start with a sentence.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


@dataclass(frozen=True)
class Variable:
    """One environment variable. ``default`` is None when it must be given."""

    name: str
    default: str | None
    meaning: str


VARIABLES: dict[str, Variable] = {}


def text(name: str, *, default: str | None, meaning: str) -> str:
    """A piece of text. Raises ``ImproperlyConfigured`` when it has no default and is missing or empty."""
    return _read(name, default, meaning, str)


def flag(name: str, *, default: bool, meaning: str) -> bool:
    """``true`` or ``false`` (also 1/0, yes/no, on/off)."""
    return _read(name, "true" if default else "false", meaning, _to_flag)


def number(name: str, *, default: int, minimum: int, maximum: int, meaning: str) -> int:
    """A whole number within limits."""
    return _read(name, str(default), meaning, lambda raw: _to_number(raw, minimum, maximum))


def words(name: str, *, default: str, meaning: str) -> list[str]:
    """A comma-separated list."""
    return _read(
        name, default, meaning, lambda raw: [word.strip() for word in raw.split(",") if word.strip()]
    )


def networks(name: str, *, default: str, meaning: str) -> list[IPv4Network | IPv6Network]:
    """A comma-separated list of networks, for example 10.0.0.0/8."""
    return _read(name, default, meaning, _to_networks)


def _read(name: str, default: str | None, meaning: str, convert: Callable[[str], T]) -> T:
    VARIABLES[name] = Variable(name, default, meaning)
    raw = os.environ.get(name) or default
    if raw is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}: {meaning}")
    try:
        return convert(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {raw!r}, but must be {error}.") from error


def _to_flag(raw: str) -> bool:
    if raw.lower() in TRUE | FALSE:
        return raw.lower() in TRUE
    raise ValueError("true or false")


def _to_networks(raw: str) -> list[IPv4Network | IPv6Network]:
    try:
        return [ip_network(word.strip()) for word in raw.split(",") if word.strip()]
    except ValueError as error:
        raise ValueError("networks such as 10.0.0.0/8, separated by commas") from error


def _to_number(raw: str, minimum: int, maximum: int) -> int:
    if raw.isdecimal() and minimum <= int(raw) <= maximum:
        return int(raw)
    raise ValueError(f"a whole number from {minimum} to {maximum}")
