"""What days came to, counted once they are over, so that nobody has to read their rows again.

Every row is counted anew each night from promises, attempts and contacts (``callbacks.operations.counting``),
by the very statements that count the days without rows here (``callbacks.metrics.daily``). Days, and their
halves (``am`` before noon, ``pm`` after), are local to the site's time zone.

What pages ask for most is kept in larger pieces too, and indexes hold what is read of those.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from availability.models import Channel, Specialist, Team, Topic
from callbacks.states import AttemptOutcome


class CountedDay(models.Model):
    """A day of which the tables below hold what some ``rows`` (a name of ``callbacks.metrics``) come to."""

    rows = models.CharField(max_length=10)
    day = models.DateField()

    class Meta:
        verbose_name = _("counted day")
        verbose_name_plural = _("counted days")
        constraints = [models.UniqueConstraint(fields=["rows", "day"], name="day_counted_once")]

    def __str__(self) -> str:
        return f"{self.day:%d-%m-%Y}"


class Recount(models.Model):
    """How far the counting of days is: the one row of this table.

    The ``day`` is the next one to be counted, at ``next_at`` (UTC); none when a night begins anew.
    ``differing`` counts the days of this night that were kept otherwise than they were counted, though they
    are more than a week old.
    """

    day = models.DateField(null=True)
    next_at = models.DateTimeField()
    differing = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("recount")
        verbose_name_plural = _("recounts")

    def __str__(self) -> str:
        return f"{self.next_at:%d-%m-%Y %H:%M}"


class PromiseDay(models.Model):
    """The promises that fell due on a day: how many, how late and how far ahead they were made (seconds).

    Of each topic and channel, of each of either alone, and of all together: the last have neither. Without
    promises that were withdrawn, which do not count. The ``lateness`` is that of the calls that were not
    ``in_time``, which have none.
    """

    day = models.DateField()
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    half = models.CharField(max_length=2)
    n = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    spoken = models.PositiveIntegerField()
    first_spoken = models.PositiveIntegerField()
    first_calls = models.PositiveIntegerField()
    in_time = models.PositiveIntegerField()
    lateness = ArrayField(models.FloatField())
    lead = ArrayField(models.IntegerField())

    class Meta:
        verbose_name = _("promises of a day")
        verbose_name_plural = _("promises of days")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "team", "topic", "channel", "half"],
                nulls_distinct=False,
                name="promise_day_counted_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["channel", "team", "day"],
                include=["half", "n", "kept", "late", "spoken", "first_spoken", "first_calls", "in_time"],
                condition=Q(topic=None),
                name="promise_day_of_all",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%d-%m-%Y}: {self.n}"


class CallDay(models.Model):
    """The calls for the promises that fell due on a day, by number (5 and more together) and outcome.

    Of each topic and channel, of each of either alone, and of all together: the last have neither.
    """

    day = models.DateField()
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    half = models.CharField(max_length=2)
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=20, choices=AttemptOutcome)
    n = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("calls of a day")
        verbose_name_plural = _("calls of days")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "team", "topic", "channel", "half", "number", "outcome"],
                nulls_distinct=False,
                name="call_day_counted_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["channel", "team", "day"],
                include=["half", "number", "outcome", "n"],
                condition=Q(topic=None),
                name="call_day_of_all",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%d-%m-%Y}: {self.n}"


class BookedDay(models.Model):
    """The minutes of the promises that fell due on a day, by half of a day and, in it, by half-hour.

    ``half_day`` is 0 before noon and 1 after; ``places`` are half-hours, 0 after midnight. Both are below
    nothing on the day before: half -1 is its afternoon, place -1 its 23:30. Of each specialist, and once more
    of the whole team: those rows have none.
    """

    day = models.DateField()
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)
    specialist = models.ForeignKey(
        Specialist, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    half_day = models.SmallIntegerField()
    booked = models.PositiveIntegerField()
    places = ArrayField(models.IntegerField())
    minutes = ArrayField(models.IntegerField())

    class Meta:
        verbose_name = _("booked times of a day")
        verbose_name_plural = _("booked times of days")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "team", "specialist", "half_day"],
                nulls_distinct=False,
                name="booked_day_counted_once",
            )
        ]
        indexes = [
            models.Index(fields=["team", "day"], condition=Q(specialist=None), name="booked_day_of_all")
        ]

    def __str__(self) -> str:
        return f"{self.day:%d-%m-%Y}: {self.booked}"


class ContactDay(models.Model):
    """The contacts of a day on a topic, as they are known a week later.

    Of each channel and half of the day, of each of either alone, and of all together: the last have neither.
    ``eligible`` are those of known customers with a question, ``resolved`` and ``again`` are among them;
    ``immature`` ones might still be followed by another: none of a day that is kept, but it is counted by the
    statement that counts the other days. ``timed`` ones took ``seconds`` together.
    """

    day = models.DateField()
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    half = models.CharField(max_length=2, blank=True)
    n = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    wanted = models.PositiveIntegerField()
    eligible = models.PositiveIntegerField()
    resolved = models.PositiveIntegerField()
    again = models.PositiveIntegerField()
    immature = models.PositiveIntegerField()
    owed = models.PositiveIntegerField()
    avoidable = models.PositiveIntegerField()
    avoidable_asked = models.PositiveIntegerField()
    searched = models.PositiveIntegerField()
    searched_asked = models.PositiveIntegerField()
    timed = models.PositiveIntegerField()
    seconds = models.FloatField()

    class Meta:
        verbose_name = _("contacts of a day")
        verbose_name_plural = _("contacts of days")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "topic", "channel", "half"], name="contact_day_counted_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["half", "topic", "day"],
                include=["refused", "wanted", "owed"],
                condition=Q(channel=""),
                name="contact_day_of_all",
            ),
            models.Index(
                fields=["half", "topic", "day"],
                include=[
                    "channel",
                    "resolved",
                    "eligible",
                    "again",
                    "immature",
                    "n",
                    "avoidable",
                    "avoidable_asked",
                    "searched",
                    "searched_asked",
                    "refused",
                    "wanted",
                    "owed",
                ],
                condition=~Q(channel=""),
                name="contact_day_by_channel",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d-%m-%Y}: {self.n}"


class TeamDay(models.Model):
    """What a team had to confirm for a day, and how long (seconds) the bookings of that day took."""

    day = models.DateField()
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)
    to_confirm = models.PositiveIntegerField()
    confirmed = models.PositiveIntegerField()
    bookings = ArrayField(models.IntegerField())

    class Meta:
        verbose_name = _("day of a team")
        verbose_name_plural = _("days of teams")
        constraints = [models.UniqueConstraint(fields=["day", "team"], name="team_day_counted_once")]

    def __str__(self) -> str:
        return f"{self.day:%d-%m-%Y} {self.team}"
