"""What becomes of a message row: is it still true, what does it say, and how it reaches its reader."""

from callbacks.messages.delivery import deliver_due

__all__ = ["deliver_due"]
