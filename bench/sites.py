"""The databases of one run, one for each size, and how a measurement goes from one to the other."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Site:
    """A database with ``size`` appointments, and the port of the web server that works on it.

    ``now`` (UTC) is the moment that its data were made for: a working day, eleven o'clock.
    """

    size: int
    port: int
    now: dt.datetime
    database: BaseDatabaseWrapper

    def use(self) -> None:
        """Let the product's code work on this database from here on."""
        connections["default"] = self.database


def open_sites(names: list[str], now: dt.datetime) -> list[Site]:
    """Connect to each ``size:port:database``, and bring its statistics up to date."""
    sites = []
    for name in names:
        size, port, database = name.split(":")
        wrapper = connections.create_connection("default")
        wrapper.settings_dict = {**wrapper.settings_dict, "NAME": database}
        site = Site(int(size), int(port), now, wrapper)
        site.use()
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM ANALYZE")
        sites.append(site)
    return sites
