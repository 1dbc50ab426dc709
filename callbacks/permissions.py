"""Who may do what. ``check_x`` raises ``Forbidden`` with the sentence, ``can_x`` asks it.

Whether a verb fits the appointment's state is a different question: see ``states.TRANSITIONS``.
"""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from availability.models import Team
from callbacks.errors import Forbidden
from callbacks.models import Appointment

Check = Callable[[User, Appointment], None]


def works_for(user: User, team: Team) -> bool:
    """Whether this person is a specialist of the team, or leads it."""
    if user.role == Role.LEAD:
        return user.led_teams.filter(pk=team.pk).exists()
    return team.specialists.filter(user=user, is_active=True).exists()


def check_book(user: User) -> None:
    """Everybody who is employed may promise a callback."""
    if not user.is_active:
        raise Forbidden(_("This account is closed."))


def check_see_board(user: User) -> None:
    """The board shows how colleagues do: for their leads and the administrators."""
    if user.role not in {Role.LEAD, Role.ADMINISTRATOR}:
        raise Forbidden(_("The board is for team leads."))


def check_handle(user: User, appointment: Appointment) -> None:
    """Confirm, decline and log calls: the team's own people."""
    if user.role != Role.ADMINISTRATOR and not works_for(user, appointment.team):
        raise Forbidden(_("Only the team that owns this appointment can do this."))


def check_arrange(user: User, appointment: Appointment) -> None:
    """Move, cancel and reopen: the front office, which has the customer on the line, and the team."""
    if user.role not in {Role.AGENT, Role.ADMINISTRATOR} and not works_for(user, appointment.team):
        raise Forbidden(_("Only the front office and the team that owns this appointment can do this."))


def check_reassign(user: User, appointment: Appointment) -> None:
    """Give an appointment to a colleague: the team's lead."""
    leads = user.role == Role.LEAD and works_for(user, appointment.team)
    if user.role != Role.ADMINISTRATOR and not leads:
        raise Forbidden(_("Only the team lead can give an appointment to somebody else."))


check_confirm = check_decline = check_log_attempt = check_handle
check_reschedule = check_cancel = check_reopen = check_arrange


def _asks(check: Check) -> Callable[[User, Appointment], bool]:
    def can(user: User, appointment: Appointment) -> bool:
        try:
            check(user, appointment)
        except Forbidden:
            return False
        return True

    return can


can_confirm = can_decline = can_log_attempt = _asks(check_handle)
can_reschedule = can_cancel = can_reopen = _asks(check_arrange)
can_reassign = _asks(check_reassign)


def can_see_board(user: User) -> bool:
    """Whether the team lead's board opens for this person."""
    return user.role in {Role.LEAD, Role.ADMINISTRATOR}
