"""Settings come from the environment, typed, and a wrong one stops the start with a sentence."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.fixture(autouse=True)
def _own_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "VARIABLES", {})


def test_a_default_holds_when_nothing_or_an_empty_text_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.number("TEST_SIZE", default=5, minimum=1, maximum=9, meaning="Size.") == 5
    monkeypatch.setenv("TEST_SIZE", "")
    assert env.number("TEST_SIZE", default=5, minimum=1, maximum=9, meaning="Size.") == 5


@pytest.mark.parametrize(("raw", "value"), [("true", True), ("YES", True), ("0", False), ("off", False)])
def test_a_flag_is_said_in_several_ways(monkeypatch: pytest.MonkeyPatch, raw: str, value: object) -> None:
    monkeypatch.setenv("TEST_FLAG", raw)
    assert env.flag("TEST_FLAG", default=False, meaning="Flag.") is value


@pytest.mark.parametrize("raw", ["", "0", "10", "-1", "many", "1.5"])
def test_a_number_outside_its_limits_is_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, raw: str
) -> None:
    monkeypatch.setenv("TEST_SIZE", raw or "x")
    with pytest.raises(ImproperlyConfigured, match=r"TEST_SIZE is .* must be a whole number from 1 to 9"):
        env.number("TEST_SIZE", default=5, minimum=1, maximum=9, meaning="Size.")


def test_a_flag_that_is_neither_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_FLAG", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="TEST_FLAG is 'perhaps', but must be true or false"):
        env.flag("TEST_FLAG", default=False, meaning="Flag.")


def test_what_must_be_given_is_asked_for_with_its_meaning() -> None:
    with pytest.raises(ImproperlyConfigured, match="Set the environment variable TEST_SECRET: Signs things"):
        env.text("TEST_SECRET", default=None, meaning="Signs things.")


def test_words_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_HOSTS", "a.example.org, b.example.org,")
    assert env.words("TEST_HOSTS", default="", meaning="Hosts.") == ["a.example.org", "b.example.org"]
