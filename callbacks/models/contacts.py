"""The record of each contact with the front office, whatever came of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Channel, Specialist, Topic
from availability.models.base import Versioned
from callbacks.models.customers import Customer
from callbacks.states import ContactResult, RefusalReason

CONTACT_NOTE_LIMIT = 500


class AvoidableReason(Versioned):
    """Why a contact would not have been needed, had something else gone well. Kept by administrators."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("reason why a contact was avoidable")
        verbose_name_plural = _("reasons why contacts were avoidable")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """One contact moment of a customer with the front office, at a UTC instant.

    Without ``customer`` the caller did not say who they were. ``opened_at`` (UTC) is when the agent turned to
    this caller: until ``at`` is how long it took. ``about`` is the appointment that a caller asks for again.
    ``searched_online`` and ``avoidable`` are None when nobody asked.
    """

    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        null=True,
        verbose_name=_("customer"),
        related_name="contacts",
        db_index=False,
    )
    agent = models.ForeignKey(
        User, on_delete=models.PROTECT, verbose_name=_("front-office agent"), db_index=False
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.PHONE)
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, null=True, verbose_name=_("topic"), db_index=False
    )
    result = models.CharField(_("result"), max_length=15, choices=ContactResult)
    about = models.ForeignKey(
        "callbacks.Appointment",
        on_delete=models.PROTECT,
        null=True,
        verbose_name=_("callback appointment"),
        related_name="enquiries",
    )
    transferred_to = models.ForeignKey(
        Specialist,
        on_delete=models.PROTECT,
        null=True,
        verbose_name=_("transferred to"),
        related_name="+",
        db_index=False,
    )
    reached = models.BooleanField(_("reached"), null=True)
    referred_to = models.CharField(
        _("referred to"), max_length=10, choices=Channel, blank=True, db_default=""
    )
    refusal_reason = models.CharField(
        _("why no time was found"), max_length=15, choices=RefusalReason, blank=True, db_default=""
    )
    note = models.CharField(_("note"), max_length=CONTACT_NOTE_LIMIT, blank=True, db_default="")
    searched_online = models.BooleanField(_("searched online first"), null=True)
    avoidable = models.BooleanField(_("avoidable"), null=True)
    avoidable_reason = models.ForeignKey(
        AvoidableReason,
        on_delete=models.PROTECT,
        null=True,
        verbose_name=_("reason"),
        related_name="+",
        db_index=False,
    )
    opened_at = models.DateTimeField(_("opened"), null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["customer", "-at"], name="contact_of_customer"),
            models.Index(fields=["agent", "-at"], name="contact_of_agent"),
            models.Index(fields=["topic", "at"], name="contact_on_topic"),
            models.Index(fields=["at"], name="contact_by_moment"),
            # What is rare, and asked for by itself.
            models.Index(
                fields=["topic", "at"],
                include=["refusal_reason", "channel"],
                name="contact_refused",
                condition=Q(result=ContactResult.REFUSED),
            ),
            models.Index(
                fields=["topic", "at"],
                include=["transferred_to", "reached", "channel"],
                name="contact_transferred",
                condition=Q(result=ContactResult.TRANSFERRED),
            ),
            models.Index(
                fields=["topic", "at"],
                include=["avoidable_reason", "result", "channel"],
                name="contact_with_reason",
                condition=Q(avoidable_reason__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(result__in=ContactResult.values), name="contact_result_known"),
            models.CheckConstraint(
                condition=Q(result=ContactResult.TRANSFERRED, reached__isnull=False)
                | (
                    ~Q(result=ContactResult.TRANSFERRED)
                    & Q(reached__isnull=True, transferred_to__isnull=True)
                ),
                name="contact_transfer_reached_or_not",
            ),
            models.CheckConstraint(
                condition=(Q(result=ContactResult.REFERRED) & ~Q(referred_to=""))
                | (~Q(result=ContactResult.REFERRED) & Q(referred_to="")),
                name="contact_referred_somewhere",
            ),
            models.CheckConstraint(
                condition=(Q(result=ContactResult.REFUSED) & ~Q(refusal_reason=""))
                | (~Q(result=ContactResult.REFUSED) & Q(refusal_reason="")),
                name="contact_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(result=ContactResult.STATUS) | Q(about__isnull=False),
                name="contact_status_of_an_appointment",
            ),
            models.CheckConstraint(
                condition=Q(avoidable_reason__isnull=True) | Q(avoidable=True),
                name="contact_reason_only_when_avoidable",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(opened_at__lte=models.F("at")),
                name="contact_opened_before_it_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_result_display()} {self.at:%d-%m-%Y %H:%M}"
