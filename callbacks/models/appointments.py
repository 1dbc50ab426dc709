"""The appointment, and the specialist's time that it (or a hold) takes."""

import datetime as dt
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Right
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from availability.models import Specialist, Team, Topic
from availability.models.base import Versioned
from availability.models.calendar import only
from callbacks.clock import Moment
from callbacks.models.contacts import Contact
from callbacks.models.customers import E164, Customer, code
from callbacks.states import OPEN, OWNED, State

QUESTION_LIMIT = 1000
NOTE_LIMIT = 2000
REASON_LIMIT = 500
RESULT_LIMIT = 1000
SECOND_PHONE_NOTE_LIMIT = 60
REACH_NOTE_LIMIT = 200
CASE_NUMBER_LIMIT = 30
# How long whoever booked can take it back; the customer is told after that.
UNDO_WITHIN = dt.timedelta(seconds=60)
# Nobody calls longer: who dialled and logged nothing by then has put the receiver down.
CALL_LASTS = dt.timedelta(hours=1)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Appointments in the words of the domain; ``now`` is a UTC instant."""

    def visible_to(self, user: User) -> Self:
        """What this person may see: agents and administrators all, others their teams' and their own."""
        if user.role in {Role.AGENT, Role.ADMINISTRATOR}:
            return self
        # Keys first: with subqueries the planner would read the whole list before ordering it.
        teams = list(Team.objects.of(user).values_list("pk", flat=True))
        own = list(Specialist.objects.filter(user=user).values_list("pk", flat=True))
        return self.filter(Q(team__in=teams) | Q(specialist__in=own))

    def open(self) -> Self:
        """Not completed, not given up, not cancelled."""
        return self.filter(state__in=OPEN)

    def owned_by(self, specialist: Specialist) -> Self:
        """Open and to be called by this specialist."""
        return self.filter(specialist=specialist, state__in=OWNED)

    def overdue(self, now: dt.datetime) -> Self:
        """The promised window and its grace are past, and nobody has called."""
        return self.filter(promises__ended_at__isnull=True, promises__due_at__lt=now)

    def at_risk(self, now: Moment) -> Self:
        """Promised soon by the team's measure (or already running) and not confirmed by anybody."""
        return self.filter(
            ~Q(state=State.CONFIRMED),
            promises__ended_at__isnull=True,
            promises__due_at__gte=now,
            promises__at_risk_at__lte=now,
        )

    def unconfirmed(self, now: Moment) -> Self:
        """Scheduled, and the team's term for confirming is past."""
        return self.filter(state=State.SCHEDULED, confirm_by__lt=now)

    def to_rebook(self) -> Self:
        """On the front office's worklist: a new time must be agreed with the customer."""
        return self.filter(state=State.TO_REBOOK)


# Every index costs each booking: a foreign key has one of its own only where somebody looks along it and no
# other index begins with its column. The same holds for the other models of this package.
class Appointment(Versioned):
    """A callback agreed with a customer: one record and one reference from first call to end.

    ``starts_at`` and ``ends_at`` (UTC, end excluded) are the period last promised. While open,
    ``next_action_at`` says when somebody must next act on it. While it waits for a new time, ``claimed_by``
    is who of the front office is working on it. What others did after ``read_by_booker_at`` is news to
    whoever booked it.

    ``calling_by`` dialled at ``calling_since`` and has not logged that call yet. ``proposed_starts_at`` is
    when ``proposed_specialist`` would rather call: nobody has agreed it with the customer, and nothing is
    reserved for it. ``reminded_until`` is until when a reminder to confirm may help.
    """

    reference = models.CharField(_("reference"), max_length=8, unique=True)
    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        verbose_name=_("customer"),
        related_name="appointments",
        db_index=False,
    )
    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, verbose_name=_("contact"))
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, verbose_name=_("topic"))
    team = models.ForeignKey(Team, on_delete=models.PROTECT, verbose_name=_("team"), db_index=False)
    specialist = models.ForeignKey(
        Specialist,
        on_delete=models.PROTECT,
        null=True,
        verbose_name=_("assigned specialist"),
        related_name="appointments",
        db_index=False,
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    phone = models.CharField(_("phone"), max_length=16, validators=[E164])
    question = models.TextField(_("question"), max_length=QUESTION_LIMIT, blank=True)
    internal_note = models.TextField(_("internal note"), max_length=NOTE_LIMIT, blank=True)
    second_phone = models.CharField(
        _("second phone"), max_length=16, validators=[E164], blank=True, db_default=""
    )
    second_phone_note = models.CharField(
        _("whose or where"), max_length=SECOND_PHONE_NOTE_LIMIT, blank=True, db_default=""
    )
    reach_note = models.CharField(
        _("when the customer can be reached"), max_length=REACH_NOTE_LIMIT, blank=True, db_default=""
    )
    case_number = models.CharField(_("case number"), max_length=CASE_NUMBER_LIMIT, blank=True, db_default="")
    state = models.CharField(_("status"), max_length=12, choices=State, default=State.SCHEDULED)
    confirm_by = models.DateTimeField(_("confirm before"))
    unconfirmed_flagged_at = models.DateTimeField(null=True, editable=False)
    reminded_until = models.DateTimeField(null=True, editable=False)
    next_action_at = models.DateTimeField(_("next action"), null=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, verbose_name=_("booked by"), related_name="+", db_index=False
    )
    created_at = models.DateTimeField(_("booked"))
    claimed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        verbose_name=_("claimed by"),
        related_name="+",
        db_index=False,
    )
    claimed_at = models.DateTimeField(_("claimed"), null=True)
    calling_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        verbose_name=_("being called by"),
        related_name="+",
        db_index=False,
    )
    calling_since = models.DateTimeField(_("being called since"), null=True)
    proposed_specialist = models.ForeignKey(
        Specialist,
        on_delete=models.PROTECT,
        null=True,
        verbose_name=_("proposed by"),
        related_name="+",
        db_index=False,
    )
    proposed_starts_at = models.DateTimeField(_("proposed time"), null=True)
    read_by_booker_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[Self]] = models.Manager.from_queryset(AppointmentQuerySet)()

    class Meta:
        verbose_name = _("callback appointment")
        verbose_name_plural = _("callback appointments")
        indexes = [
            models.Index(
                fields=["specialist", "next_action_at"], name="appt_own_list", condition=Q(state__in=OWNED)
            ),
            models.Index(
                fields=["team", "next_action_at"], name="appt_open_of_team", condition=Q(state__in=OPEN)
            ),
            models.Index(
                fields=["next_action_at"], name="appt_to_rebook", condition=Q(state=State.TO_REBOOK)
            ),
            models.Index(
                fields=["confirm_by"],
                name="appt_unconfirmed",
                condition=Q(state=State.SCHEDULED, unconfirmed_flagged_at__isnull=True),
            ),
            models.Index(
                fields=["reminded_until"],
                name="appt_still_unconfirmed",
                condition=Q(state=State.SCHEDULED, reminded_until__isnull=False),
            ),
            models.Index(fields=["customer", "-starts_at"], name="appt_of_customer"),
            models.Index(fields=["team", "starts_at"], name="appt_of_team"),
            models.Index(fields=["created_by", "-created_at"], name="appt_made_by"),
            models.Index(fields=["starts_at"], name="appt_by_start"),
            models.Index(fields=["specialist", "starts_at"], name="appt_of_specialist"),
            models.Index(fields=["phone"], name="appt_by_phone"),
            models.Index(Right("phone", 6), name="appt_phone_last_six"),
            models.Index(
                Right("second_phone", 6), name="appt_second_phone_last_six", condition=~Q(second_phone="")
            ),
            models.Index(code("case_number"), name="appt_case_code", condition=~Q(case_number="")),
            models.Index(fields=["customer"], name="appt_open_of_customer", condition=Q(state__in=OPEN)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="appt_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="appt_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(state__in=OWNED) | Q(specialist__isnull=False),
                name="appt_owned_has_specialist",
                violation_error_message=_("An open appointment has a specialist or stands on the worklist."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, next_action_at__isnull=False)
                | (~Q(state__in=OPEN) & Q(next_action_at__isnull=True)),
                name="appt_open_has_next_action",
                violation_error_message=_("An open appointment has a next action, a closed one has none."),
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_at__isnull=True)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False, state=State.TO_REBOOK),
                name="appt_claimed_on_the_worklist",
                violation_error_message=_("Only an appointment on the worklist can be claimed."),
            ),
            models.CheckConstraint(
                condition=Q(calling_by__isnull=True, calling_since__isnull=True)
                | Q(calling_by__isnull=False, calling_since__isnull=False, state__in=OPEN),
                name="appt_called_while_open",
                violation_error_message=_("Only an open appointment can be called."),
            ),
            models.CheckConstraint(
                condition=Q(proposed_specialist__isnull=True, proposed_starts_at__isnull=True)
                | Q(
                    proposed_specialist__isnull=False,
                    proposed_starts_at__isnull=False,
                    state=State.TO_REBOOK,
                ),
                name="appt_proposed_on_the_worklist",
                violation_error_message=_("Only an appointment on the worklist has a proposal."),
            ),
            models.CheckConstraint(
                condition=Q(second_phone="") | Q(second_phone__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="appt_second_phone_e164",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_label(self) -> str:
        """The state in the reader's language."""
        return str(State(self.state).label)

    def is_being_called(self, now: dt.datetime) -> bool:
        """Whether somebody dialled not long ago and has not logged that call yet."""
        return self.call_ends_at is not None and now < self.call_ends_at

    @property
    def call_ends_at(self) -> dt.datetime | None:
        """Until when (UTC) a call that was begun counts as going on; None when nobody began one."""
        return self.calling_since + CALL_LASTS if self.calling_since else None

    def is_proposed(self, specialist: Specialist) -> bool:
        """Whether the period is what this specialist proposed."""
        return self.proposed_specialist_id == specialist.pk and self.proposed_starts_at == self.starts_at


class Reservation(models.Model):
    """Time of a specialist that nobody else can book: of an open appointment, or of an agent's hold.

    ``ends_at`` includes the topic's buffer. The row goes when the time is free again, so the table holds
    the present and the future only.
    """

    specialist = models.ForeignKey(
        Specialist, on_delete=models.CASCADE, related_name="reservations", db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    appointment = models.OneToOneField(
        Appointment, on_delete=models.CASCADE, null=True, related_name="reservation"
    )
    held_by = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        indexes = [
            models.Index(fields=["specialist", "ends_at"], name="reservation_by_end"),
            models.Index(
                fields=["held_by"], name="reservation_of_holder", condition=Q(held_by__isnull=False)
            ),
            models.Index(
                fields=["expires_at"], name="reservation_expiry", condition=Q(expires_at__isnull=False)
            ),
        ]
        constraints = [
            ExclusionConstraint(
                name="reservation_once",
                expressions=[
                    (only("specialist"), RangeOperators.OVERLAPS),
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("This time has just been taken."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="reservation_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, held_by__isnull=True, expires_at__isnull=True)
                | Q(appointment__isnull=True, held_by__isnull=False, expires_at__isnull=False),
                name="reservation_appointment_or_hold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.specialist_id}: {self.starts_at:%d-%m-%Y %H:%M}"
