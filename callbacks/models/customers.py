"""Customers: people who are called back."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Right, Upper
from django.utils.translation import gettext_lazy as _

from callbacks import phones

E164 = RegexValidator(r"^\+[1-9][0-9]{6,14}$", _("Enter a phone number, for example 06 1234 5678."))


class Customer(models.Model):
    """Somebody who is called back. ``phone`` is in E.164 notation."""

    name = models.CharField(_("name"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=16, validators=[E164])
    email = models.EmailField(_("e-mail address"), max_length=200, blank=True)
    customer_number = models.CharField(
        _("customer number"), max_length=30, null=True, blank=True, unique=True
    )
    language = models.CharField(
        _("language"), max_length=2, choices=[("nl", _("Dutch")), ("en", _("English"))], default="nl"
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(fields=["phone"], name="customer_phone"),
            models.Index(Right("phone", 6), name="customer_phone_last_six"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="customer_name_trigram"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"), name="customer_phone_e164"
            ),
            models.CheckConstraint(
                condition=Q(customer_number__isnull=True) | ~Q(customer_number=""),
                name="customer_number_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.name or phones.display(self.phone)
