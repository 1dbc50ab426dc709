"""The API describes itself."""

import base64
import hashlib
import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from callbacks.api.browse import DOCS_STYLE
from callbacks.api.urls import router

SCHEMA, DOCS = "/api/v1/schema/", "/api/v1/docs/"
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """The description that clients get."""
    answer = APIClient().get(SCHEMA, headers={"Accept": "application/vnd.oai.openapi+json"})
    body: dict[str, Any] = answer.json()
    return body


def test_the_description_has_no_warnings() -> None:
    call_command("spectacular", "--fail-on-warn", "--validate", stdout=StringIO())


def test_every_address_is_described(described: dict[str, Any]) -> None:
    resources = {path.split("/")[3] for path in described["paths"]}
    assert resources == {prefix for prefix, _viewset, _name in router.registry} | {"token", "slots", "holds"}


def test_every_operation_describes_its_problems(described: dict[str, Any]) -> None:
    for operations in described["paths"].values():
        for operation in operations.values():
            assert operation["responses"]["default"]["content"] == PROBLEM


def test_the_description_is_english_for_everybody(described: dict[str, Any]) -> None:
    assert "Callback appointments that this person may see." in str(described)
    assert "scheduled" in described["components"]["schemas"]["State"]["description"]


@pytest.mark.parametrize(("verb", "header"), [("confirm", "If-Match"), ("attempts", "Idempotency-Key")])
def test_the_headers_are_described(described: dict[str, Any], verb: str, header: str) -> None:
    operation = described["paths"][f"/api/v1/appointments/{{reference}}/{verb}/"]["post"]
    assert header in [parameter["name"] for parameter in operation["parameters"]]


def test_the_page_allows_its_one_inline_style() -> None:
    answer = APIClient().get(DOCS, headers={"Accept": "text/html"})
    inline = re.findall(r"<style>(.*?)</style>", answer.content.decode(), re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in inline]
    assert [f"'sha256-{digest}'" for digest in digests] == [DOCS_STYLE]
    policy = answer["Content-Security-Policy"]
    assert f"style-src 'self' {DOCS_STYLE}" in policy.split("; ")
    assert "unsafe" not in policy


def test_the_page_has_no_inline_script() -> None:
    page = APIClient().get(DOCS, headers={"Accept": "text/html"}).content.decode()
    assert re.findall(r"<script>", page) == []
    assert APIClient().get(f"{DOCS}?script=")["Content-Type"].startswith("application/javascript")
