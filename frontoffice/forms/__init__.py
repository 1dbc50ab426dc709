"""What people type in, read into plain values. The rules of the domain are the doors' business."""

from frontoffice.forms.booking import BookingForm
from frontoffice.forms.fields import MomentField, PhoneField, long_text, new_token

__all__ = ["BookingForm", "MomentField", "PhoneField", "long_text", "new_token"]
