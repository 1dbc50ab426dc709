"""Forms for records that several people set up at once."""

from typing import Any, cast

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from availability.models.base import Versioned


class VersionedForm(forms.ModelForm[Any]):
    """Remembers which version it showed, and refuses to overwrite a later one unseen.

    The record must be locked by whoever reads it to save it. After the refusal the form stands for the later
    version: sending it again, now knowingly, puts it in place.
    """

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version

    def clean(self) -> dict[str, Any] | None:
        """Compare the version that was shown with the stored one."""
        cleaned = super().clean()
        if self.instance.pk and self.cleaned_data.get("seen_version") != self.instance.version:
            # What was sent cannot be changed, a copy can.
            data = cast("QueryDict", self.data).copy()
            data[self.add_prefix("seen_version")] = str(self.instance.version)
            self.data = data
            raise ValidationError(_changed_meanwhile(self.instance), code="stale")
        return cleaned


def _changed_meanwhile(record: Versioned) -> str:
    sentence = _(
        "This was changed after you opened it. Your input is still here: save again to put it in place of"
        " that change, or open the page anew to see it."
    )
    # The API changes records too and leaves no entry: so this says where it was saved.
    of_record = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(record), object_id=str(record.pk)
    )
    if last := of_record.select_related("user").order_by("-action_time").first():
        at = formats.date_format(timezone.localtime(last.action_time), "SHORT_DATETIME_FORMAT")
        sentence += " " + _("Last saved in these pages by %(name)s, %(at)s.") % {"name": last.user, "at": at}
    return sentence
