"""An SMS provider that can be in the same moods as the mail server."""

import json
from collections import Counter

from tests.callbacks.messages.provider import Provider
from tests.faults.mailserver import LONGER_THAN_THE_PATIENCE, Mood

STATUS = {Mood.BUSY: 503, Mood.REFUSING: 400}


class SmsProvider(Provider):
    """Apprise posts to it. ``counts`` says how often it accepted each message, known by its reference;
    ``cut_off`` counts those of which it could not say so.
    """

    def __init__(self) -> None:
        super().__init__()
        self.mood = Mood.WELL
        self.counts: Counter[str] = Counter()
        self.cut_off = 0

    @property
    def address(self) -> str:
        """For ``SMS_URL``."""
        return f"json://127.0.0.1:{self.server_port}/?:to={{phone}}&:reference={{id}}"

    def take(self, path: str, headers: dict[str, str], body: bytes) -> bool:
        """Accept it or not, and answer or not, as its mood is."""
        mood = self.mood
        self.status = STATUS.get(mood, 200)
        self.waits = LONGER_THAN_THE_PATIENCE if mood is Mood.HANGING else 0.0
        if mood in {Mood.WELL, Mood.HANGING, Mood.CUTTING}:
            self.counts[json.loads(body)["reference"]] += 1
        if mood in {Mood.HANGING, Mood.CUTTING}:
            self.cut_off += 1
        return mood not in {Mood.AWAY, Mood.CUTTING}
