"""What becomes of a message row: is it still true, what does it say, and how it reaches its reader."""

from callbacks.messages.delivery import deliver_due, due_for_delivery

__all__ = ["deliver_due", "due_for_delivery"]
