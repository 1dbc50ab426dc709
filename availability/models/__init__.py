"""Who can be reached, when, for what."""

from availability.models.agreements import AgreedTerms
from availability.models.calendar import Absence, Closure, Window, WindowException
from availability.models.feeds import BusyFeed, BusyTime, PersonalFeed
from availability.models.organisation import Channel, Specialist, Team, Topic, UnconfirmedPolicy

__all__ = [
    "Absence",
    "AgreedTerms",
    "BusyFeed",
    "BusyTime",
    "Channel",
    "Closure",
    "PersonalFeed",
    "Specialist",
    "Team",
    "Topic",
    "UnconfirmedPolicy",
    "Window",
    "WindowException",
]
