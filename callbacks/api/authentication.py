"""Signing requests with a token."""

import re

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from accounts.models import User

TOKEN = re.compile(rb"[A-Za-z0-9]{16,128}")


class Tokens(TokenAuthentication):  # type: ignore[misc]
    """``Authorization: Token …``, one query a request."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        """Give the user of a token; what cannot be a token (other bytes, NUL) is not looked up at all."""
        if not TOKEN.fullmatch(token):
            raise AuthenticationFailed(_("This token is not valid."))
        found: tuple[User, AuthToken] = super().authenticate_credentials(token)
        return found

    def _cleanup_token(self, auth_token: AuthToken) -> bool:
        # The library reads all tokens of the user here, on every request.
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()


def signed_in(request: Request) -> User:
    """Who asks; raises ``NotAuthenticated`` when nobody is signed in."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
