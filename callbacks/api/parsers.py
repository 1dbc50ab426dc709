"""Reading a request's body."""

import io
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from callbacks.api.exceptions import BodyTooLarge

LIMIT = 256 * 1024


class BoundedJSONParser(JSONParser):
    """JSON of at most 256 kB, nested no deeper than Python can follow."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Give what the body says; raises ``BodyTooLarge`` or, when it cannot be read, ``ParseError``."""
        body = stream.read(LIMIT + 1)
        if len(body) > LIMIT:
            raise BodyTooLarge
        try:
            return super().parse(io.BytesIO(body), media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("The body is nested too deeply.")) from error
