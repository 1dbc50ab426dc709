"""The verbs of the appointment page: per verb its form, its door, and who sees it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import Role, User
from callbacks import operations, permissions
from callbacks.models import Appointment, CustomerLink
from callbacks.states import TRANSITIONS, State, Verb
from frontoffice.forms.actions import (
    ActionForm,
    AgreeForm,
    AttemptForm,
    CancelForm,
    ClaimForm,
    ConfirmForm,
    DeclineForm,
    ForwardForm,
    LinkForm,
    NoteForm,
    NumberForm,
    ProposeForm,
    ReassignForm,
    ReleaseForm,
    ReopenForm,
    RescheduleForm,
    SendBackForm,
)


def _always(_user: User, _appointment: Appointment) -> bool:
    return True


@dataclass(frozen=True)
class Action:
    """A verb as a page offers it. ``done`` says afterwards what was done."""

    slug: str
    verb: Verb
    label: StrOrPromise
    done: StrOrPromise
    form: type[ActionForm]
    door: Callable[..., Appointment]
    can: Callable[[User, Appointment], bool]
    fits: Callable[[User, Appointment], bool] = _always
    # A verb without input of its own has nothing to keep: a refusal is told on the list it was pressed on.
    is_button: bool = False


def _can_be_claimed(user: User, appointment: Appointment) -> bool:
    return appointment.claimed_by_id != user.pk


def _can_be_released(user: User, appointment: Appointment) -> bool:
    """One's own claim; who leads may free one of somebody who went home."""
    claimed = appointment.claimed_by_id is not None
    return claimed and (appointment.claimed_by_id == user.pk or user.role in {Role.LEAD, Role.ADMINISTRATOR})


def _has_link(_user: User, appointment: Appointment) -> bool:
    return CustomerLink.objects.live().filter(appointment=appointment).exists()


def _has_proposal(_user: User, appointment: Appointment) -> bool:
    return appointment.proposed_starts_at is not None


ACTIONS = {
    action.slug: action
    for action in (
        Action(
            "confirm",
            Verb.CONFIRM,
            _("Confirm"),
            _("%(reference)s is confirmed."),
            ConfirmForm,
            operations.confirm,
            permissions.can_confirm,
        ),
        Action(
            "attempt",
            Verb.LOG_ATTEMPT,
            _("Log a call attempt"),
            _("The call attempt for %(reference)s is logged."),
            AttemptForm,
            operations.log_attempt,
            permissions.can_log_attempt,
        ),
        Action(
            "decline",
            Verb.DECLINE,
            _("Decline"),
            _("%(reference)s is declined; the promise stays."),
            DeclineForm,
            operations.decline,
            permissions.can_decline,
        ),
        Action(
            "forward",
            Verb.FORWARD,
            _("Forward"),
            _("%(reference)s is forwarded."),
            ForwardForm,
            operations.forward,
            permissions.can_forward,
        ),
        Action(
            "return",
            Verb.SEND_BACK,
            _("Return to the front office"),
            _("%(reference)s is returned to the front office."),
            SendBackForm,
            operations.send_back,
            permissions.can_send_back,
        ),
        Action(
            "propose",
            Verb.PROPOSE,
            _("Propose another time"),
            _("For %(reference)s another time is proposed; the promise stays until the customer agrees."),
            ProposeForm,
            operations.propose,
            permissions.can_propose,
        ),
        Action(
            "agree",
            Verb.RESCHEDULE,
            _("Book the proposal"),
            _("%(reference)s has a new agreed time."),
            AgreeForm,
            operations.reschedule,
            permissions.can_reschedule,
            fits=_has_proposal,
            is_button=True,
        ),
        Action(
            "reschedule",
            Verb.RESCHEDULE,
            _("Reschedule"),
            _("%(reference)s has a new agreed time."),
            RescheduleForm,
            operations.reschedule,
            permissions.can_reschedule,
        ),
        Action(
            "reassign",
            Verb.REASSIGN,
            _("Reassign"),
            _("%(reference)s is reassigned."),
            ReassignForm,
            operations.reassign,
            permissions.can_reassign,
        ),
        Action(
            "cancel",
            Verb.CANCEL,
            _("Cancel the appointment"),
            _("%(reference)s is cancelled."),
            CancelForm,
            operations.cancel,
            permissions.can_cancel,
        ),
        Action(
            "reopen",
            Verb.REOPEN,
            _("Reopen"),
            _("%(reference)s is reopened and stands on the worklist."),
            ReopenForm,
            operations.reopen,
            permissions.can_reopen,
        ),
        Action(
            "claim",
            Verb.CLAIM,
            _("Claim"),
            _("%(reference)s is yours: agree a new time with the customer."),
            ClaimForm,
            operations.claim,
            permissions.can_claim,
            fits=_can_be_claimed,
            is_button=True,
        ),
        Action(
            "release",
            Verb.RELEASE_CLAIM,
            _("Release"),
            _("%(reference)s is free for everybody again."),
            ReleaseForm,
            operations.release_claim,
            permissions.can_release_claim,
            fits=_can_be_released,
            is_button=True,
        ),
        Action(
            "note",
            Verb.ADD_NOTE,
            _("Add a note"),
            _("The note on %(reference)s is saved."),
            NoteForm,
            operations.add_note,
            permissions.can_add_note,
        ),
        Action(
            "number",
            Verb.CORRECT_PHONE,
            _("Correct the number"),
            _("The number of %(reference)s is saved."),
            NumberForm,
            operations.correct_phone,
            permissions.can_correct_phone,
        ),
        Action(
            "link",
            Verb.WITHDRAW_LINK,
            _("Withdraw the customer's link"),
            _("The link to %(reference)s opens nothing any more."),
            LinkForm,
            operations.withdraw_link,
            permissions.can_withdraw_link,
            fits=_has_link,
        ),
    )
}


def open_to(user: User, appointment: Appointment) -> list[Action]:
    """The actions that fit the appointment's state and this person, in the order of the page."""
    state = State(appointment.state)
    fitting = [
        one for one in ACTIONS.values() if state in TRANSITIONS[one.verb] and one.fits(user, appointment)
    ]
    # Several verbs share one permission, and each asking is a query.
    allowed = {can: can(user, appointment) for can in {one.can for one in fitting}}
    return [one for one in fitting if allowed[one.can]]
