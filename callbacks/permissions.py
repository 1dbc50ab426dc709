"""Who may do what. ``check_x`` raises ``Forbidden`` with the sentence, ``can_x`` asks it.

Whether a verb fits the appointment's state is a different question: see ``states.TRANSITIONS``.
"""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from availability.models import Specialist, Team, Topic
from callbacks.errors import Forbidden
from callbacks.models import Actor, Appointment, Customer, Message
from callbacks.states import FOR_CUSTOMERS, State

Check = Callable[[User, Appointment], None]


def works_on(user: User, appointment: Appointment) -> bool:
    """Whether this person calls for the appointment's team, leads it, or has the appointment."""
    own = appointment.specialist is not None and appointment.specialist.user_id == user.pk
    return own or Team.objects.of(user).filter(pk=appointment.team_id).exists()


def check_book(user: User) -> None:
    """Everybody who is employed may promise a callback."""
    if not user.is_active:
        raise Forbidden(_("This account is closed."))


def check_handle(user: User, appointment: Appointment) -> None:
    """Confirm, decline and log calls: the team's own people."""
    if user.role != Role.ADMINISTRATOR and not works_on(user, appointment):
        raise Forbidden(_("Only the team that owns this appointment can do this."))


def check_arrange(user: User, appointment: Appointment) -> None:
    """Reopen, claim and note: the front office, which talks to the customer, and the team."""
    if user.role not in {Role.AGENT, Role.ADMINISTRATOR} and not works_on(user, appointment):
        raise Forbidden(_("Only the front office and the team that owns this appointment can do this."))


def check_forward(user: User, appointment: Appointment) -> None:
    """Give it to another team: the team's own people, and the front office what stands on its worklist."""
    check = check_arrange if appointment.state == State.TO_REBOOK else check_handle
    check(user, appointment)


def check_change(actor: Actor, appointment: Appointment) -> None:
    """Move, cancel and correct the number: whoever arranges, and the customer who is to be called."""
    if not isinstance(actor, Customer):
        check_arrange(actor, appointment)
    elif actor.pk != appointment.customer_id:
        raise Forbidden(_("Only the customer who is to be called can do this."))


def check_undo(user: User, appointment: Appointment) -> None:
    """Take a booking back: nobody but whoever made it."""
    if user.pk != appointment.created_by_id or not user.is_active:
        raise Forbidden(_("Only the person who made this booking can undo it."))


def check_reassign(user: User, appointment: Appointment) -> None:
    """Give an appointment to a colleague: the team's lead."""
    leads = user.role == Role.LEAD and user.led_teams.filter(pk=appointment.team_id).exists()
    if user.role != Role.ADMINISTRATOR and not leads:
        raise Forbidden(_("Only the team lead can give an appointment to somebody else."))


def check_publish(user: User, specialist: Specialist) -> None:
    """Publish availability: the specialist, and whoever leads the team."""
    own = specialist.user_id == user.pk and user.is_active
    leads = user.role == Role.LEAD and user.led_teams.filter(pk=specialist.team_id).exists()
    if not own and not leads and user.role != Role.ADMINISTRATOR:
        raise Forbidden(_("Only the specialist and the team lead can publish this availability."))


def check_close(user: User, team: Team | None) -> None:
    """Enter closing days: whoever leads the team; those of everybody are the administrator's."""
    leads = team is not None and user.role == Role.LEAD and user.led_teams.filter(pk=team.pk).exists()
    if not leads and user.role != Role.ADMINISTRATOR:
        raise Forbidden(_("Only the team lead can enter closing days of this team."))


def check_tell(user: User, message: Message) -> None:
    """Pass a message on by hand: to customers whoever talks to them, to colleagues whoever leads them.

    What a webhook was to hear nobody can tell by hand: see ``telling.settle_webhook``.
    """
    if message.webhook_id:
        raise Forbidden(_("Only an administrator can do this, on the page of message delivery."))
    if user.role == Role.ADMINISTRATOR:
        return
    team = message.appointment.team_id if message.appointment else message.team_id
    leads = user.role == Role.LEAD and team is not None and user.led_teams.filter(pk=team).exists()
    if not leads and not (user.role == Role.AGENT and message.kind in FOR_CUSTOMERS):
        raise Forbidden(_("Only the front office and the team lead can do this."))


def check_administer(user: User) -> None:
    """See to the product itself: administrators."""
    if user.role != Role.ADMINISTRATOR or not user.is_active:
        raise Forbidden(_("Only an administrator can do this."))


def check_print(user: User, of: Specialist | Team) -> None:
    """Put a day list on paper: one's own; of the team and everybody in it whoever leads it."""
    if isinstance(of, Specialist):
        check_publish(user, of)
    else:
        check_close(user, of)


def check_export(user: User) -> None:
    """Take figures away as a file: whoever sees them, team leads and administrators."""
    if user.role not in {Role.LEAD, Role.ADMINISTRATOR} or not user.is_active:
        raise Forbidden(_("Only team leads and administrators can do this."))


def check_improve(user: User, topic: Topic) -> None:
    """Rate a topic and keep the list of its improvements: whoever leads a team that handles it."""
    leads = user.role == Role.LEAD and user.led_teams.filter(topics=topic.pk).exists()
    if not user.is_active or not (leads or user.role == Role.ADMINISTRATOR):
        raise Forbidden(_("Only who leads a team of this topic can do this."))


def check_own_calendar(user: User, specialist: Specialist) -> None:
    """Connect calendars: nobody but the specialist, for the addresses are secrets."""
    if specialist.user_id != user.pk or not user.is_active:
        raise Forbidden(_("Only the specialist can do this."))


check_confirm = check_decline = check_log_attempt = check_send_back = check_handle
check_begin_call = check_propose = check_handle
check_reschedule = check_cancel = check_correct_phone = check_change
check_reopen = check_claim = check_release_claim = check_add_note = check_withdraw_link = check_arrange
check_register_contact = check_book


def _asks(check: Check) -> Callable[[User, Appointment], bool]:
    def can(user: User, appointment: Appointment) -> bool:
        try:
            check(user, appointment)
        except Forbidden:
            return False
        return True

    return can


can_confirm = can_decline = can_log_attempt = can_send_back = _asks(check_handle)
can_begin_call = can_propose = can_confirm
can_reschedule = can_cancel = can_correct_phone = _asks(check_change)
can_reopen = can_claim = can_release_claim = can_add_note = can_withdraw_link = _asks(check_arrange)
can_forward = _asks(check_forward)
can_reassign = _asks(check_reassign)
can_undo = _asks(check_undo)
