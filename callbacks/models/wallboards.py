"""Screens on a wall: a team's numbers for whoever passes, without anybody signing in."""

import ipaddress
import secrets
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from availability.models import Team
from availability.models.base import Versioned
from callbacks.hashing import hashed

# 192 bits: 32 letters in an address.
TOKEN_BYTES = 24


def check_networks(text: str) -> None:
    """Networks in CIDR notation (or single addresses) between spaces. Raises ValidationError."""
    for part in text.split():
        try:
            network = ipaddress.ip_network(part, strict=False)
        except ValueError as error:
            raise ValidationError(
                _("“%(part)s” is no address range. Write it like 10.1.0.0/16."), params={"part": part}
            ) from error
        if not network.prefixlen:
            raise ValidationError(_("The whole internet is no address range: narrow it down."))


class WallboardQuerySet(models.QuerySet["Wallboard"]):
    """Wallboards in the words of the domain."""

    def behind(self, token: str, address: str) -> "Wallboard | None":
        """The one with this token, when it is in use and asked for from its address range."""
        found = self.filter(is_active=True, token_hash=hashed(token)).select_related("team").first()
        return found if found and found.serves(address) else None


class Wallboard(Versioned):
    """A screen that shows the numbers of one team, to whoever has its secret address inside ``networks``.

    The secret is shown once, when it is made; only its hash is kept.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, verbose_name=_("team"), related_name="+")
    networks = models.CharField(
        _("address ranges"),
        max_length=200,
        validators=[check_networks],
        help_text=_("From where it may be opened, between spaces, for example 10.1.0.0/16."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)

    objects: ClassVar[models.Manager[Self]] = models.Manager.from_queryset(WallboardQuerySet)()

    class Meta:
        verbose_name = _("wallboard")
        verbose_name_plural = _("wallboards")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def renew(self) -> str:
        """Give it another secret, which is returned and not kept; the former one opens nothing any more."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self.token_hash = hashed(token)
        return token

    def serves(self, address: str) -> bool:
        """Whether an address lies in its range; what is none does not."""
        try:
            host = ipaddress.ip_address(address)
        except ValueError:
            return False
        host = getattr(host, "ipv4_mapped", None) or host
        return any(host in ipaddress.ip_network(part, strict=False) for part in self.networks.split())
