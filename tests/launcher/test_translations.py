"""Translations are compiled when they are stale, and only then."""

import gettext
import os
from pathlib import Path

import pytest

from script.launcher.translations import compile_messages, stale_catalogues

SOURCE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Confirm"
msgstr "Bevestigen"

#, fuzzy
msgid "Decline"
msgstr "Misschien"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A catalogue that has not been compiled."""
    source = tmp_path / "locale" / "nl" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(SOURCE)
    return source


def test_a_missing_catalogue_is_compiled(source: Path, tmp_path: Path) -> None:
    assert compile_messages(tmp_path) == [source]
    translation = gettext.translation("django", tmp_path / "locale", languages=["nl"])
    assert translation.gettext("Confirm") == "Bevestigen"


def test_an_uncertain_translation_is_left_out(source: Path, tmp_path: Path) -> None:
    compile_messages(tmp_path)
    assert (
        gettext.translation("django", tmp_path / "locale", languages=["nl"]).gettext("Decline") == "Decline"
    )


def test_a_fresh_catalogue_is_left_alone(source: Path, tmp_path: Path) -> None:
    compile_messages(tmp_path)
    assert compile_messages(tmp_path) == []


def test_an_edited_source_makes_it_stale(source: Path, tmp_path: Path) -> None:
    compile_messages(tmp_path)
    later = source.with_suffix(".mo").stat().st_mtime + 1
    os.utime(source, (later, later))
    assert stale_catalogues(tmp_path) == [source]


def test_nothing_half_made_is_left(source: Path, tmp_path: Path) -> None:
    compile_messages(tmp_path)
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]
