"""A small SMTP server for the demo: keeps every mail as a file, delivers none.

Run as ``python -m demo.mail_catcher --host 127.0.0.1 --port 1025 --directory var/demo/mail``.
"""

import argparse
import asyncio
import logging
import os
import secrets
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

logger = logging.getLogger("demo.mail_catcher")
LIMIT_BYTES = 10 * 1024 * 1024
PATIENCE_SECONDS = 2


class Keeper:
    """Stores what comes in; a mail is acknowledged only when it is safely on disk."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Answer 250 when stored, 451 (the sender will try again) when the disk refuses."""
        content = envelope.content or b""
        try:
            name = keep(self.directory, content if isinstance(content, bytes) else content.encode())
        except OSError:
            logger.exception("A mail could not be stored.")
            return "451 Could not store the mail, try again later"
        return f"250 Kept as {name}"


def keep(directory: Path, content: bytes) -> str:
    """Write one mail under a new name that sorts by time, so that it exists whole or not at all.

    Gives the name without ``.eml``. Raises ``OSError`` when it cannot be stored.
    """
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    unfinished = directory / f".{name}"
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(directory / f"{name}.eml")
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_directory(directory)
    return name


def _sync_directory(directory: Path) -> None:
    # Without this the new name itself can be lost when the machine stops.
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def serve(*, host: str, port: int, directory: Path) -> None:
    """Accept mail until SIGTERM or SIGINT. Raises ``OSError`` when the address is taken."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    new_session = partial(
        SMTP, Keeper(directory), data_size_limit=LIMIT_BYTES, hostname="localhost", enable_SMTPUTF8=True
    )
    server = await loop.create_server(new_session, host=host, port=port)
    logger.info("Catching mail on %s port %s in %s", host, server.sockets[0].getsockname()[1], directory)
    await stop.wait()
    server.close()
    # A client that stays connected must not keep the server alive.
    with suppress(TimeoutError):
        await asyncio.wait_for(server.wait_closed(), PATIENCE_SECONDS)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m demo.mail_catcher", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=1025, help="port, 0 for any (default: %(default)s)")
    parser.add_argument("--directory", type=Path, default=Path("var/demo/mail"), help="where mail is kept")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    # aiosmtpd tells every line of every conversation here, addresses included.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    try:
        asyncio.run(serve(host=given.host, port=given.port, directory=given.directory))
    except OSError as error:
        parser.exit(1, f"The mail catcher cannot start: {error}\n")


if __name__ == "__main__":
    main()
