"""Documents that repeat what code says agree with it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from callbacks.kinds import KINDS
from callbacks.states import TRANSITIONS, State, Verb
from config.env import VARIABLES

ROOT = Path(settings.BASE_DIR)
# What changes no state.
SILENT = {Verb.FLAG_OVERDUE, Verb.FLAG_UNCONFIRMED, Verb.FLAG_AT_RISK, Verb.TELL, Verb.RETRY}


def diagram() -> str:
    """The transition table as a Mermaid state diagram, one arrow for all verbs between two states."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for verb, ways in TRANSITIONS.items():
        if verb not in SILENT:
            for source, targets in ways.items():
                for target in targets:
                    arrows.setdefault((source, target), []).append(verb.value)
    lines = [
        f"    {source} --> {target}: {', '.join(verbs)}" for (source, target), verbs in sorted(arrows.items())
    ]
    return "\n".join(["stateDiagram-v2", "    [*] --> scheduled: book", *lines])


def test_the_state_diagram_shows_the_transition_table() -> None:
    assert diagram() in (ROOT / "docs" / "states.md").read_text()


def kinds() -> str:
    """The table of message kinds as Markdown, in the order of the table."""
    with translation.override("en"):
        lines = [
            f"| `{kind}` | {row.reader} | {row.moment} | {', else '.join(row.reach)} | {besides} |"
            for kind, row in KINDS.items()
            for besides in [", ".join(row.also)]
        ]
    return "\n".join(lines)


def test_the_document_on_messages_shows_the_table_of_kinds() -> None:
    assert kinds() in (ROOT / "docs" / "messages.md").read_text()


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_the_readme_lists_every_setting_with_its_default(name: str) -> None:
    variable = VARIABLES[name]
    default = (
        "required" if variable.default is None else f"`{variable.default}`" if variable.default else "empty"
    )
    assert f"| `{name}` | {default} | {variable.meaning} |" in (ROOT / "README.md").read_text()


def test_the_readme_lists_no_setting_that_is_gone() -> None:
    listed = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(VARIABLES)
