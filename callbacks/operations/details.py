"""What an agent writes down with a booking, checked in one place."""

from typing import Any

from callbacks.models import appointments
from callbacks.operations.customers import read_phone
from callbacks.operations.records import check_length

LIMITS = {
    "question": appointments.QUESTION_LIMIT,
    "internal_note": appointments.NOTE_LIMIT,
    "second_phone_note": appointments.SECOND_PHONE_NOTE_LIMIT,
    "reach_note": appointments.REACH_NOTE_LIMIT,
    "case_number": appointments.CASE_NUMBER_LIMIT,
}


def checked_details(*, second_phone: str, case_number: str, **texts: str) -> dict[str, Any]:
    """Fields of ``Appointment`` as they are stored: the number in E.164, the case number without blanks.

    Raises ``Invalid`` with the field.
    """
    details = {**texts, "case_number": case_number.strip()}
    for field, limit in LIMITS.items():
        check_length(details[field], limit, field=field)
    return {**details, "second_phone": second_phone and read_phone(second_phone, field="second_phone")}
