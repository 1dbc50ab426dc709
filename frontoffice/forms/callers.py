"""The caller whom the agent found, as the desk's forms carry them along."""

from typing import Any

from callbacks.models import Customer


def found_caller(key: Any) -> Customer | None:
    """The customer with this key, as an address or a form has it."""
    text = str(key or "")
    return Customer.objects.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 19 else None


def chosen_caller(key: Any, *, name: str) -> Customer | None:
    """The customer who was found, unless the agent went on to type another name: that is somebody else."""
    known = found_caller(key)
    return known if known and known.name.casefold() in {"", name.casefold()} else None
