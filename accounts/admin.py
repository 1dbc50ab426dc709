"""Users in the administration pages. They are deactivated, never deleted: the log points at them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# Permissions follow from the role; groups would suggest otherwise.
admin.site.unregister(Group)
admin.site.site_header = admin.site.site_title = "Belbelofte"
admin.site.index_title = _("Administration")


class NewUserForm(AdminUserCreationForm[User]):
    """A new user, with a password or for single sign-on only."""

    class Meta:
        model = User
        fields = ["username", "name", "email", "role"]


class ExistingUserForm(UserChangeForm[User]):
    """Everything of a user except the password, which has its own form."""

    class Meta:
        model = User
        fields = ["username", "password", "name", "email", "role", "is_active", "weekly_letter"]


@admin.register(User)
class PeopleAdmin(UserAdmin[User]):
    """Who may sign in, and in which role."""

    form = ExistingUserForm
    add_form = NewUserForm
    list_display = ["username", "name", "role", "is_active"]
    list_filter = ["role", "is_active"]
    search_fields = ["username", "name", "email"]
    ordering = ["name"]
    filter_horizontal = ()
    readonly_fields = ["last_login"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (None, {"fields": ["name", "email", "role", "weekly_letter", "is_active", "last_login"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "name", "email", "role"]}),
        (None, {"fields": ["usable_password", "password1", "password2"]}),
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: a user who left is switched off."""
        return False
