"""The switch with which specialists say that they can take a customer over now."""

from django.db.models import F

from accounts.models import User
from availability.models import Specialist
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_publish


@in_one_transaction
def take_transfers(*, specialist: Specialist, willing: bool, by: User) -> None:
    """Take warm transfers from now on, or none; doing so again changes nothing.

    It stays as it is put: appointments, calls and hours that were not published switch it off while they
    last (see ``queries.presence``). Raises ``Forbidden``.
    """
    check_publish(by, specialist)
    other = Specialist.objects.filter(pk=specialist.pk, takes_transfers=not willing)
    other.update(takes_transfers=willing, version=F("version") + 1)
