"""Teams, their topics and their specialists."""

import datetime as dt
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo, available_timezones

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from availability import guidance
from availability.models.base import Versioned

GUIDANCE_LIMIT = 2000


class Channel(models.TextChoices):
    """How a customer comes in."""

    PHONE = "phone", _("phone")
    WEBCARE = "webcare", _("webcare")
    CHAT = "chat", _("chat")
    EMAIL = "email", _("e-mail")
    DESK = "desk", _("desk")


class EscalateTo(models.TextChoices):
    """Who gets a broken promise that nobody called about."""

    SUBSTITUTE = "substitute", _("the substitute, else the worklist")
    WORKLIST = "worklist", _("the worklist of team and front office")


class UnconfirmedPolicy(models.TextChoices):
    """What becomes of an appointment that nobody confirmed, though reminded of it."""

    STAYS = "stays", _("it stays with the specialist")
    COLLEAGUE = "colleague", _("another free specialist of the team takes it")
    CONFIRMED = "confirmed", _("it counts as confirmed")


def check_time_zone(name: str) -> None:
    """Raise ``ValidationError`` unless the name is one of the IANA time zones."""
    if name not in available_timezones():
        raise ValidationError(_("Choose a time zone such as Europe/Amsterdam."), code="time_zone")


def default_time_zone() -> str:
    """The zone of new teams."""
    return settings.TIME_ZONE


def next_morning(now: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """Tomorrow at half past seven by the clock of a zone, as an instant."""
    tomorrow = now.astimezone(zone).date() + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(7, 30), zone)


def next_monday(now: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """Monday at seven by the clock of a zone, as an instant: the first one that is still to come."""
    local = now.astimezone(zone)
    monday = local.date() - dt.timedelta(days=local.weekday())
    at_seven = dt.datetime.combine(monday, dt.time(7), zone)
    return (
        at_seven if at_seven > now else dt.datetime.combine(monday + dt.timedelta(days=7), dt.time(7), zone)
    )


def first_letter() -> dt.datetime:
    """When a new team has its first weekly letter."""
    return next_monday(timezone.now(), ZoneInfo(settings.TIME_ZONE))


def first_look_ahead() -> dt.datetime:
    """When a new team is first looked at: the morning after it was made."""
    return next_morning(timezone.now(), ZoneInfo(settings.TIME_ZONE))


def _minutes(
    label: StrOrPromise, *, default: int, low: int, high: int, **more: Any
) -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(
        label, default=default, validators=[MinValueValidator(low), MaxValueValidator(high)], **more
    )


NOTE_TERMS = """
INSERT INTO availability_agreedterms (team_id, since, hours, kept)
VALUES (NEW.id, clock_timestamp(), NEW.agreed_hours, NEW.agreed_kept);
RETURN NULL;
"""


class TeamQuerySet(models.QuerySet["Team"]):
    """Teams in the words of the domain."""

    def of(self, user: User) -> Self:
        """The teams that this person leads or calls for."""
        return self.filter(Q(leads=user) | Q(specialists__user=user, specialists__is_active=True)).distinct()


class Team(Versioned):
    """A back-office team with the rules under which it can be booked. All periods are in minutes."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    time_zone = models.CharField(
        _("time zone"), max_length=60, default=default_time_zone, validators=[check_time_zone]
    )
    mailbox = models.EmailField(_("group mailbox"), blank=True)
    leads = models.ManyToManyField(User, verbose_name=_("team leads"), related_name="led_teams", blank=True)
    slot_step = _minutes(_("slot step (minutes)"), default=15, low=5, high=240)
    confirm_within = _minutes(_("confirm within (minutes)"), default=240, low=5, high=10080)
    unconfirmed_policy = models.CharField(
        _("what nobody confirmed in time"),
        max_length=10,
        choices=UnconfirmedPolicy,
        default=UnconfirmedPolicy.STAYS,
        db_default=UnconfirmedPolicy.STAYS,
    )
    early = _minutes(_("early (minutes before the window that count as kept)"), default=0, low=0, high=120)
    grace = _minutes(_("grace (minutes after the window that count as kept)"), default=10, low=0, high=120)
    minimum_notice = _minutes(_("minimum notice (minutes)"), default=30, low=0, high=10080)
    horizon_days = _minutes(_("horizon (days ahead that can be booked)"), default=42, low=1, high=366)
    max_attempts = _minutes(_("call attempts before closing"), default=3, low=1, high=10)
    attempt_spacing = _minutes(_("time between call attempts (minutes)"), default=90, low=5, high=1440)
    at_risk_within = _minutes(
        _("at risk (minutes before the window, when nobody confirmed)"),
        default=30,
        db_default=30,
        low=1,
        high=1440,
        help_text=_("Then the specialist is alerted."),
    )
    escalate_after = models.PositiveSmallIntegerField(
        _("escalate (minutes after the promise was broken)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text=_("Then somebody else gets the call. Empty: it stays with the specialist."),
    )
    escalate_to = models.CharField(
        _("escalate to"),
        max_length=10,
        choices=EscalateTo,
        default=EscalateTo.SUBSTITUTE,
        db_default=EscalateTo.SUBSTITUTE,
    )
    agreed_hours = models.DecimalField(
        _("agreed hours per week"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    agreed_kept = models.PositiveSmallIntegerField(
        _("agreed share of promises kept (%)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Empty: none has been agreed."),
    )
    # Which kinds there are is known to who writes the messages.
    muted_messages = ArrayField(
        models.CharField(max_length=25), verbose_name=_("messages switched off"), default=list, blank=True
    )
    # When the days ahead are looked at next, and when the leads have their next weekly letter.
    look_ahead_at = models.DateTimeField(default=first_look_ahead, editable=False)
    letter_at = models.DateTimeField(default=first_letter, editable=False)
    quiet_from = models.TimeField(_("no SMS from"), default=dt.time(21))
    quiet_until = models.TimeField(_("no SMS until"), default=dt.time(8))
    observes_public_holidays = models.BooleanField(_("closed on public holidays"), default=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar[models.Manager[Self]] = models.Manager.from_queryset(TeamQuerySet)()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(slot_step__gte=5), name="team_slot_step_positive"),
            models.CheckConstraint(condition=Q(max_attempts__gte=1), name="team_max_attempts_positive"),
            models.CheckConstraint(condition=Q(agreed_kept__range=(1, 100)), name="team_agreed_kept_percent"),
            models.CheckConstraint(
                condition=Q(unconfirmed_policy__in=UnconfirmedPolicy.values),
                name="team_unconfirmed_policy_known",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="team_terms_noted_at_first",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=NOTE_TERMS,
            ),
            pgtrigger.Trigger(
                name="team_terms_noted",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("agreed_hours", "agreed_kept"),
                condition=pgtrigger.AnyChange("agreed_hours", "agreed_kept"),
                func=NOTE_TERMS,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which this team's windows repeat."""
        return ZoneInfo(self.time_zone)


class Topic(Versioned):
    """What a customer calls about, and how long the specialist's call takes."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    teams = models.ManyToManyField(Team, verbose_name=_("teams"), related_name="topics")
    duration = _minutes(_("duration (minutes)"), default=15, low=5, high=240)
    buffer = _minutes(_("buffer after the call (minutes)"), default=0, low=0, high=120)
    guidance = models.TextField(
        _("guidance"),
        max_length=GUIDANCE_LIMIT,
        blank=True,
        help_text=_("What the agent can answer or ask first."),
    )
    preferred_channels = ArrayField(
        models.CharField(max_length=10, choices=Channel),
        verbose_name=_("preferred channels"),
        default=list,
        blank=True,
    )
    supporting_channels = ArrayField(
        models.CharField(max_length=10, choices=Channel),
        verbose_name=_("supporting channels"),
        default=list,
        blank=True,
    )
    discouraged_channels = ArrayField(
        models.CharField(max_length=10, choices=Channel),
        verbose_name=_("discouraged channels"),
        default=list,
        db_default=[],
        blank=True,
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(duration__gte=5), name="topic_duration_positive"),
            models.CheckConstraint(
                condition=~Q(discouraged_channels__overlap=F("preferred_channels"))
                & ~Q(discouraged_channels__overlap=F("supporting_channels")),
                name="topic_discourages_no_good_channel",
                violation_error_message=_("A discouraged channel cannot be preferred or supporting as well."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def channel_mark(self, channel: str) -> str:
        """What this topic makes of a channel: preferred, supporting or discouraged; empty when nothing."""
        marks = {
            "preferred": self.preferred_channels,
            "supporting": self.supporting_channels,
            "discouraged": self.discouraged_channels,
        }
        return next((mark for mark, channels in marks.items() if channel in channels), "")

    @property
    def guidance_html(self) -> SafeString:
        """The guidance as a page shows it, safe whatever was typed; empty when there is none."""
        return guidance.render(self.guidance)


class Specialist(Versioned):
    """A person who calls customers back for a team, on the topics they know."""

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, verbose_name=_("user"), related_name="specialist"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, verbose_name=_("team"), related_name="specialists"
    )
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), related_name="specialists", blank=True)
    extension = models.CharField(_("extension"), max_length=20, blank=True)
    takes_transfers = models.BooleanField(_("takes warm transfers"), default=True, db_default=True)
    substitute = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("substitute"),
        related_name="+",
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("specialist")
        verbose_name_plural = _("specialists")
        ordering = ["user__name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(substitute__isnull=True) | ~Q(substitute=models.F("pk")),
                name="specialist_not_own_substitute",
                violation_error_message=_("A specialist cannot be their own substitute."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
