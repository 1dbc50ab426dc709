"""Customers: people who are called back, and the words of their names."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Right, Upper
from django.utils.translation import gettext_lazy as _

from callbacks import phones

E164 = RegexValidator(r"^\+[1-9][0-9]{6,14}$", _("Enter a phone number, for example 06 1234 5678."))

WRITTEN = pgtrigger.Referencing(new="written")
# Keeps the words of all names together. A number is no word, and what is longer than a name can be is none.
KEEP_WORDS = """
INSERT INTO callbacks_nameword (word)
SELECT DISTINCT said.word FROM written, unnest(string_to_array(written.plain_name, ' ')) AS said(word)
WHERE length(said.word) <= 50 AND said.word !~ '[0-9]'
  AND NOT EXISTS (SELECT FROM callbacks_nameword known WHERE known.word = said.word)
ORDER BY said.word
ON CONFLICT DO NOTHING;
RETURN NULL;
"""


def code(field: str) -> Func:
    """A number as people compare it: capital letters and digits, without what stands between them."""
    return Func(F(field), function="callbacks_code", output_field=models.TextField())


def words(field: str) -> Func:
    """The words of a plain name, each as it is."""
    return Func(Func(F(field), Value(" "), function="string_to_array"), function="array_to_tsvector")


class Customer(models.Model):
    """Somebody who is called back. ``phone`` is in E.164 notation.

    ``plain_name`` is made by the database: small letters without accents, one space between words.
    """

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
    plain_name = models.GeneratedField(
        expression=Func(F("name"), function="callbacks_plain"),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            # Whole numbers, and as far as they are typed.
            models.Index(OpClass("phone", name="varchar_pattern_ops"), name="customer_phone"),
            models.Index(Right("phone", 6), name="customer_phone_last_six"),
            models.Index(OpClass(Upper("email"), name="text_pattern_ops"), name="customer_email"),
            # Of all rows: the planner takes no figures from an index of some.
            models.Index(code("customer_number"), name="customer_code"),
            # Without a list of what is still to be sorted in: a search would read that from end to end.
            GinIndex(words("plain_name"), name="customer_words", fastupdate=False),
        ]
        triggers = [
            pgtrigger.Trigger(
                name=f"customer_words_after_{operation}".lower(),
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=operation,
                referencing=WRITTEN,
                func=KEEP_WORDS,
            )
            for operation in (pgtrigger.Insert, pgtrigger.Update)
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


class NameWord(models.Model):
    """A word that is in a customer's name: what a misspelt one is compared with. Kept by a trigger.

    ``likenesses`` are its sound, and that sound without one of its letters: two words that share one differ
    by a letter or so.
    """

    word = models.TextField(primary_key=True)
    likenesses = models.GeneratedField(
        expression=Func(F("word"), function="callbacks_likenesses"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("word of a name")
        verbose_name_plural = _("words of names")
        indexes = [
            # Such a list would also make reading all words look cheap.
            GinIndex(fields=["likenesses"], name="name_word_likenesses", fastupdate=False),
            GinIndex(OpClass("word", name="gin_trgm_ops"), name="name_word_trigram", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.word
