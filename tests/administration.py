"""What a person does with the administration pages."""

from typing import Any

from django.forms import BaseForm
from django.test import Client
from django.urls import reverse


def page(model: type[Any], verb: str, *args: object) -> str:
    """The address of an administration page."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{verb}", args=args)


def filled_in(browser: Client, address: str) -> dict[str, Any]:
    """What a browser would send when the page is opened and saved as it stands."""
    context = browser.get(address).context
    values = _values(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        values |= _values(inline.formset.management_form)
        for form in inline.formset.initial_forms:
            values |= _values(form)
    return values


def _values(form: BaseForm) -> dict[str, Any]:
    shown = {field.html_name: field.value() for field in form}
    # A box that is not ticked and an empty choice are not sent; a nought is.
    return {name: value for name, value in shown.items() if value or (value == 0 and value is not False)}
