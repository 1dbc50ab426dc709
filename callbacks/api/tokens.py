"""Tokens: asked for with user name and password, sent with every request, revoked."""

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from callbacks.api.authentication import Tokens
from callbacks.api.exceptions import LockedOut, SignInFailed


class CredentialsSerializer(serializers.Serializer[Any]):
    """Who asks for a token."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False, style={"input_type": "password"})


class TokenSerializer(serializers.Serializer[Any]):
    """Send it as ``Authorization: Token …``."""

    token = serializers.CharField()


class TokenView(APIView):
    """Tokens for programs; a browser's session works as well."""

    def get_authenticators(self) -> list[Any]:
        """Nobody is signed in before having a token; a stale one must not stand in the way."""
        return [Tokens()] if self.request and self.request.method == "DELETE" else []

    def get_permissions(self) -> list[BasePermission]:
        """Everybody may try to sign in."""
        return [IsAuthenticated() if self.request.method == "DELETE" else AllowAny()]

    @extend_schema(request=CredentialsSerializer, responses=TokenSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """Sign in. Wrong or closed accounts get a 401, after too many attempts a 429."""
        credentials = CredentialsSerializer(data=request.data)
        credentials.is_valid(raise_exception=True)
        user = _sign_in(request, **credentials.validated_data)
        _row, token = AuthToken.objects.create(user=user)
        return Response({"token": token}, headers={"Cache-Control": "no-store"})

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Revoke the token this request was signed with."""
        request.auth.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


def _sign_in(request: Request, *, username: str, password: str) -> User:
    plain = request._request
    user = authenticate(plain, username=username, password=password)
    if getattr(plain, "axes_locked_out", False):
        # The middleware of axes would put its own page in place of our answer.
        plain.axes_locked_out = False  # type: ignore[attr-defined]
        raise LockedOut
    if not isinstance(user, User):
        raise SignInFailed
    user_logged_in.send(sender=User, request=plain, user=user)
    return user
