"""Compare-and-set over HTTP: the version as ``ETag`` and ``If-Match``."""

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

# Proxies that compress weaken the tag; the version it holds is the same.
TAG = re.compile(r'(?:W/)?"(\d{1,9})"')


class VersionField(serializers.IntegerField):
    """The version the record has; sent along with a change, the one the caller looked at."""

    def __init__(self) -> None:
        said = gettext_lazy("Rises with every change; also sent as ETag.")
        super().__init__(min_value=1, max_value=2**31 - 1, required=False, help_text=said)


def wanted_version(request: Request, *, given: int | None, current: int) -> int:
    """The version the caller looked at: from ``If-Match``, else from the body, else the current one."""
    tag = request.headers.get("If-Match", "").strip()
    if tag in {"", "*"}:
        return current if given is None else given
    if found := TAG.fullmatch(tag):
        return int(found[1])
    raise ValidationError({"If-Match": _('Send the ETag as you received it, for example "3".')})


def tag(response: Response) -> None:
    """Put the version of the record in the answer into its ``ETag``."""
    body: Any = response.data
    if response.status_code < 300 and isinstance(body, dict) and "version" in body:
        response["ETag"] = f'"{body["version"]}"'
