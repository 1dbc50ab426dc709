"""What administrators set about messages: other words, who listens besides, and what a team leaves out."""

import base64
import binascii
import secrets

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, URLValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from availability.models import Team
from availability.models.base import Versioned
from callbacks.kinds import KINDS, PLACE
from callbacks.states import MessageKind

NOTATION = "whsec_"
SECRET_BYTES = range(24, 65)
PARTS = ("subject", "opening", "closing")
# What stays in the house whatever an administrator writes: what was asked or noted, and who the customer is.
PRIVATE = {
    "question", "internal_note", "note", "notes", "reach_note", "second_phone_note", "result_for_customer",
    "result_for_agent", "reason", "customer", "name", "phone", "second_phone", "case_number",
}  # fmt: skip


class MessageText(Versioned):
    """An administrator's words for one kind of message in one language; an empty part is the built-in one."""

    kind = models.CharField(_("kind"), max_length=25, choices=MessageKind)
    language = models.CharField(
        _("language"), max_length=2, choices=[("nl", _("Dutch")), ("en", _("English"))]
    )
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    opening = models.TextField(
        _("first paragraph"),
        max_length=500,
        blank=True,
        validators=[MaxLengthValidator(500)],
        help_text=_("An SMS is this paragraph, with the team and the reference."),
    )
    closing = models.TextField(
        _("second paragraph"), max_length=500, blank=True, validators=[MaxLengthValidator(500)]
    )

    class Meta:
        verbose_name = _("text of a message")
        verbose_name_plural = _("texts of messages")
        ordering = ["kind", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language"],
                name="message_text_once",
                violation_error_message=_(
                    "There is a text for this kind and language already: change that one."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_language_display()})"

    def clean(self) -> None:
        """Refuse variables that the kind does not have, those that would tell too much, and lone braces."""
        if self.kind not in MessageKind.values:
            return
        wrong = {part: faults for part in PARTS if (faults := check_places(self.kind, getattr(self, part)))}
        if wrong:
            raise ValidationError(wrong)


def check_places(kind: str, text: str) -> list[str]:
    """What is wrong with the variables of a text, in sentences for whoever wrote it."""
    known = KINDS[MessageKind(kind)].variables
    faults = [_fault(name, known) for name in dict.fromkeys(PLACE.findall(text)) if name not in known]
    if set("{}") & set(PLACE.sub("", text)):
        faults.append(
            gettext("A { or } stands alone. Variables look like this: {example}.").replace(
                "{example}", f"{{{known[0]}}}"
            )
        )
    return faults


def _fault(name: str, known: tuple[str, ...]) -> str:
    if name in PRIVATE:
        said = gettext("{%(name)s} would show what the customer asked or who they are. Messages never do.")
    else:
        said = gettext("{%(name)s} is not known in this message. You can use: %(known)s.")
    return said % {"name": name, "known": ", ".join(f"{{{one}}}" for one in known)}


def new_secret() -> str:
    """A secret to sign with, in the notation of Standard Webhooks."""
    return NOTATION + base64.b64encode(secrets.token_bytes(32)).decode()


def check_secret(secret: str) -> None:
    """Raise ``ValidationError`` unless it is ``whsec_`` and 24 to 64 bytes in base64."""
    encoded = secret.removeprefix(NOTATION)
    try:
        size = len(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if encoded == secret or size not in SECRET_BYTES:
        raise ValidationError(_("A secret is whsec_ and 24 to 64 bytes in base64."), code="secret")


class Webhook(Versioned):
    """A program elsewhere that is told what happens, each message signed (Standard Webhooks).

    Without ``kinds`` it hears all of them, without ``teams`` of every team.
    """

    name = models.CharField(_("name"), max_length=100)
    url = models.CharField(_("address"), max_length=500, validators=[URLValidator(schemes=["https", "http"])])
    secret = models.CharField(
        _("secret"),
        max_length=120,
        default=new_secret,
        validators=[check_secret],
        help_text=_("Signs every message. Give it to whoever runs the program, and to nobody else."),
    )
    kinds = ArrayField(
        models.CharField(max_length=25, choices=MessageKind),
        verbose_name=_("kinds"),
        default=list,
        blank=True,
    )
    teams = models.ManyToManyField(Team, verbose_name=_("teams"), related_name="+", blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class TeamMessages(Team):
    """A team, as far as its messages are concerned: what it leaves out, and when it sends no SMS."""

    class Meta:
        proxy = True
        verbose_name = _("messages of a team")
        verbose_name_plural = _("messages of teams")
