"""Asks the web server of the same container whether it is alive; the exit status is the answer."""

import http.client
import os
import sys
from urllib.parse import urlsplit


def main() -> int:
    """Ask under the public name, since the server answers to allowed hosts only."""
    host = urlsplit(os.environ.get("PUBLIC_URL", "")).netloc or "localhost"
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5)
    connection.request("GET", "/health/live/", headers={"Host": host})
    return 0 if connection.getresponse().status == http.client.OK else 1


if __name__ == "__main__":
    sys.exit(main())
