"""Who may change the organisation: administrators all of it, leads what belongs to their own teams."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import Role, User
from callbacks.api.authentication import signed_in


class LeadsWrite(BasePermission):
    """Everybody reads; leads and administrators write."""

    message = _("Only team leads and administrators can change this.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether this role may use the method at all."""
        return request.method in SAFE_METHODS or signed_in(request).role in {
            Role.LEAD,
            Role.ADMINISTRATOR,
        }


class AdministratorsWrite(BasePermission):
    """Everybody reads; administrators write."""

    message = _("Only administrators can do this.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether this role may use the method at all."""
        return request.method in SAFE_METHODS or signed_in(request).is_administrator


def check_responsible(user: User, teams: Collection[int]) -> None:
    """Raise ``PermissionDenied`` unless the person leads all these teams (at least one) or administers."""
    if user.is_administrator:
        return
    if not teams or not set(teams) <= set(user.led_teams.values_list("pk", flat=True)):
        raise PermissionDenied(_("This belongs to a team that you do not lead."))


def check_administrator(user: User) -> None:
    """Raise ``PermissionDenied`` for everybody else."""
    if not user.is_administrator:
        raise PermissionDenied(_("Only administrators can do this."))
