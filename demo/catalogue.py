"""The demo municipality Lindewaard on paper: its teams, its products and who signs in.

The texts are in ``data/*.toml``.
"""

import datetime as dt
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).parent / "data"


class TeamSpec(NamedTuple):
    """One team; periods in minutes. ``patterns`` has one week pattern for each of its specialists."""

    slug: str
    name: str
    lead: str
    confirm_within: int
    grace: int
    minimum_notice: int
    attempt_spacing: int
    agreed_hours: int
    agreed_kept: int
    observes_public_holidays: bool
    patterns: list[str]


class TopicSpec(NamedTuple):
    """One product; periods in minutes. ``questions`` are what customers ask."""

    slug: str
    name: str
    teams: list[str]
    duration: int
    buffer: int
    preferred: list[str]
    supporting: list[str]
    guidance: str
    questions: list[str]
    discouraged: Sequence[str] = ()


def _read(name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))[name]
    return entries


TEAMS = [TeamSpec(**entry) for entry in _read("teams")]
TOPICS = [TopicSpec(**entry) for entry in _read("topics")]

MORNING = (dt.time(9), dt.time(11, 30))
AFTERNOON = (dt.time(13), dt.time(15, 30))
# Who is there all day publishes part of it: the rest is for their other work.
EARLY = ((dt.time(9), dt.time(10, 30)), (dt.time(13), dt.time(14)))
LATER = ((dt.time(10), dt.time(11, 30)), (dt.time(14, 30), dt.time(15, 30)))
# What the letters of a week pattern stand for.
HOURS: dict[str, tuple[tuple[dt.time, dt.time], ...]] = {
    "-": (),
    "H": EARLY,
    "L": LATER,
    "M": (MORNING,),
    "A": (AFTERNOON,),
    "E": (*EARLY, (dt.time(18), dt.time(19, 30))),
    "N": ((dt.time(0), dt.time(0)),),
}

AGENTS = ("agent", "Ilse Blom", "Karim El Amrani", "Wendy Koster", "Thijs Post", "Petra Vink", "Omar Demir")
# Sign-ins with a password; nobody else can sign in.
SIGN_INS = {
    "agent": "Noor van Dijk",
    "specialist": "Bram Jansen",
    "lead": "Fatma Yilmaz",
    "admin": "Joost Bakker",
}

# Why contacts could have been avoided.
REASONS = (
    "Brief niet duidelijk",
    "Website niet duidelijk",
    "Online formulier werkt niet",
    "Niet teruggebeld zoals afgesproken",
    "Besluit duurt te lang",
    "Fout van de gemeente",
)
