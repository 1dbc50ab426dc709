"""Users and their roles."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken


class Role(models.TextChoices):
    """What a person is in the organisation; permissions follow from it."""

    AGENT = "agent", _("front-office agent")
    SPECIALIST = "specialist", _("specialist")
    LEAD = "lead", _("team lead")
    ADMINISTRATOR = "administrator", _("administrator")


class UserManager(BaseUserManager["User"]):
    """Makes users with a hashed password."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        """Store a new user; without a password only single sign-on can let them in."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> "User":
        """Store the first administrator (``manage.py createsuperuser``)."""
        return self.create_user(username, password, **{**fields, "role": Role.ADMINISTRATOR})


class User(AbstractBaseUser):
    """Somebody who signs in. Users are deactivated, never deleted: the log keeps pointing at them."""

    username = models.CharField(
        _("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"), blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    is_active = models.BooleanField(_("active"), default=True)
    weekly_letter = models.BooleanField(_("weekly letter about the own teams"), default=True, db_default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "email"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def set_unusable_password(self) -> None:
        """Let nobody in by a password any more."""
        super().set_unusable_password()
        # As ``set_password`` does, so that saving knows of the change.
        self._password: str | None = ""

    @transaction.atomic
    def save(self, **options: Any) -> None:
        """Store it. A changed password ends what the old one opened: tokens here, sessions by themselves."""
        # A hash that is only renewed at sign-in is no change: Django then says None.
        changed = self.pk is not None and self._password is not None
        super().save(**options)
        if changed:
            AuthToken.objects.filter(user=self).delete()

    @property
    def is_administrator(self) -> bool:
        """Whether this person sets the application up."""
        return self.role == Role.ADMINISTRATOR

    @property
    def is_staff(self) -> bool:
        """Whether Django's administration pages open for this person."""
        return self.is_active and self.is_administrator

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Administrators may do everything in the administration pages, others nothing."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        """Administrators see every application in the administration pages."""
        return self.is_staff
