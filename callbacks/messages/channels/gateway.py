"""SMS and team chat through Apprise: the settings name the provider, and nothing of it is written here.

Apprise says whether it worked and logs why not. What it logs tells a refusal for good from one that may pass.
"""

import re
from urllib.parse import quote

from apprise import Apprise, AppriseAsset, AppriseResultStatus
from apprise.plugins import NotifyBase
from django.conf import settings

from callbacks.messages.channels.base import LineDown, Refused
from callbacks.messages.rendering import post, short_text
from callbacks.models import Message

# The number or the text is wrong. A refused sign-in can be put right, so it is tried again.
FOR_GOOD = re.compile(r"error=(400|404|410|413|422)\b")
SILENT = re.compile(r"connection error", re.IGNORECASE)
# Nothing is kept on disk, and an address in the settings leads nowhere else.
ASSET = AppriseAsset(app_id="Belbelofte", async_mode=False, http_redirects=False)


class GatewayLine:
    """The way to a provider. Each message is a request of its own; what did not answer once is left alone."""

    def __init__(self) -> None:
        self.is_down = False

    def open(self) -> None:
        """Raises ``LineDown`` when the provider did not answer a moment ago."""
        if self.is_down:
            raise LineDown("The provider did not answer a moment ago.")

    def close(self) -> None:
        """Nothing stays open."""

    def notify(self, url: str, text: str, title: str = "") -> None:
        """Hand a text to the provider. Raises ``Refused``, ``LineDown`` or ``OSError``."""
        apprise = Apprise(asset=ASSET)
        apprise.add(_service(url))
        result = apprise.notify(body=text, title=title, timeout=2 * settings.CHANNEL_TIMEOUT_SECONDS)
        if result:
            return
        said = "; ".join(entry.message for entry in result.logs()) or result.status.name
        if result.status == AppriseResultStatus.TIMEOUT or SILENT.search(said):
            self.is_down = True
            raise LineDown(said)
        raise (Refused if FOR_GOOD.search(said) else OSError)(said)


class SmsLine(GatewayLine):
    """One SMS to the customer's mobile number."""

    def send(self, message: Message) -> None:
        """Raises what ``notify`` raises."""
        places = {"{phone}": message.recipient, "{id}": str(message.uid)}
        url = settings.SMS_URL
        for place, value in places.items():
            url = url.replace(place, quote(value, safe=""))
        self.notify(url, short_text(message))


class ChatLine(GatewayLine):
    """One post in the team's chat."""

    def send(self, message: Message) -> None:
        """Raises what ``notify`` raises."""
        title, text = post(message)
        self.notify(settings.CHAT_URL, text, title)


def _service(url: str) -> NotifyBase:
    service = Apprise.instantiate(url, asset=ASSET)
    if service is None:
        raise OSError("Apprise does not understand the address in the settings.")
    patience = float(settings.CHANNEL_TIMEOUT_SECONDS)
    service.socket_connect_timeout = service.socket_read_timeout = patience
    return service
