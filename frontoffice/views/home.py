"""The start page of each role."""

from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.models import Role
from frontoffice.access import Request, for_roles

START = {
    Role.AGENT: "desk",
    Role.SPECIALIST: "mine",
    Role.LEAD: "board",
    Role.ADMINISTRATOR: "board",
}


@for_roles(*START)
def home(request: Request) -> HttpResponse:
    """Go to where this person's work is."""
    return redirect(START[Role(request.user.role)])
