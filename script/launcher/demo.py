"""The demo: the whole product on this machine, with services, data and mail of its own."""

import argparse
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from script.launcher import state, static
from script.launcher.address import Address, free_port, read_address
from script.launcher.claim import Claim
from script.launcher.embedded import start_services
from script.launcher.environment import ROOT, say
from script.launcher.errors import LauncherError
from script.launcher.product import Product
from script.launcher.supervisor import Supervisor, run_until_stopped
from script.launcher.translations import compile_messages

READY_SECONDS = 60.0
PASSWORD = "demo-belbelofte"  # noqa: S105 - shown to everybody: it opens demo data only


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the person asked for."""

    place: Path
    address: Address
    reset: bool
    environment: Mapping[str, str]


def read_options(arguments: list[str], environment: Mapping[str, str]) -> Options:
    """The command line and the variables; raises LauncherError."""
    parser = argparse.ArgumentParser(prog="script/demo", description="Starts Belbelofte with demo data.")
    parser.add_argument(
        "--reset", action="store_true", help="start afresh: remove all data of the demo first"
    )
    reset: bool = parser.parse_args(arguments).reset
    if reset and environment.get("DATABASE_URL"):
        raise LauncherError(
            "--reset removes the demo's own database only: unset DATABASE_URL, or empty yours."
        )
    place = Path(environment.get("DATA_DIR") or ROOT / "var" / "demo")
    return Options(place=place, address=read_address(environment), reset=reset, environment=environment)


def django_environment(options: Options, urls: Mapping[str, str], *, mail_port: int) -> dict[str, str]:
    """The environment of all our programs: what was inherited, then what the demo decides."""
    return {
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "PUBLIC_URL": options.address.url,
        **options.environment,
        **urls,
        "SECRET_KEY": state.secret_key(options.place),
        "DEBUG": "false",
        "DEMO": "true",
        "SECURE_COOKIES": "false",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_port),
        "DEMO_MAIL_DIR": str(options.place / "mail"),
        "STATIC_ROOT": str(options.place / "static"),
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def serve(options: Options) -> None:
    """Start everything and keep it running; ends by Stopped or LauncherError, with nothing left running."""
    claim = Claim(state.open_state(options.place))
    listener = options.address.listen()
    if options.reset:
        state.reset(options.place)
    state.fresh_logs(options.place)
    supervisor = Supervisor()
    try:
        product = start_services_and_mail(options, claim, supervisor)
        prepare_data(product, supervisor)
        start_programs(options, product, supervisor, listener)
        say(welcome(options))
        supervisor.watch()
    finally:
        supervisor.close()
        claim.release()


def start_services_and_mail(options: Options, claim: Claim, supervisor: Supervisor) -> Product:
    """Start what the product needs; gives what is needed to start the product."""
    compile_messages(ROOT)
    say("Starting PostgreSQL and Valkey")
    urls = start_services(claim, supervisor, given=options.environment, durable=True)
    mail_port = free_port()
    product = Product(
        options.place, django_environment(options, urls, mail_port=mail_port), keep_open=[claim.inherited]
    )
    (options.place / "work").mkdir(exist_ok=True)
    supervisor.start(product.mail_catcher(mail_port))
    return product


def start_programs(
    options: Options, product: Product, supervisor: Supervisor, listener: socket.socket
) -> None:
    """Start the product and wait until it answers."""
    say("Starting the worker, its clock and the web server")
    supervisor.start(product.worker())
    supervisor.start(product.beat())
    web = supervisor.start(product.web(listener))
    web.wait_until(lambda: options.address.answers("/health/live/"), seconds=READY_SECONDS)


def prepare_data(product: Product, supervisor: Supervisor) -> None:
    """Bring tables, demo data and static files up to date."""
    say("Preparing the database, the demo organisation and the static files")
    stamp = product.state / "work" / "static"
    if static.is_collected(ROOT, stamp):
        supervisor.run(product.prepare())
        return
    collected = static.fingerprint(ROOT)
    supervisor.run(product.prepare(), product.collect_static())
    stamp.write_text(collected)


def welcome(options: Options) -> str:
    """What the person needs to begin."""
    url = options.address.url
    return "\n".join(
        [
            "",
            f"Belbelofte runs at  {url}",
            f"Sign in as          agent, specialist, lead or admin, with the password {PASSWORD}",
            f"Read its mail at    {url}/demo/mail/",
            f"Data and logs       {options.place}",
            "Stop it with        Ctrl-C",
        ]
    )


def main(arguments: list[str]) -> int:
    """Run the demo until it is told to stop."""
    return run_until_stopped(lambda: serve(read_options(arguments, os.environ)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
