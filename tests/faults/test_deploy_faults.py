"""A deploy in the middle of the work: web servers are replaced, and nobody who books notices."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from callbacks.models import Appointment
from tests.faults.creates import Create, Wishes
from tests.faults.processes import wait_until
from tests.faults.webserver import Answer, WebServer

pytestmark = pytest.mark.fault

CLIENTS = 4


@contextmanager
def booking(web: WebServer, wishes: Wishes) -> Iterator[list[Answer]]:
    """Clients that book one after the other, each on a new line, and never ask twice."""
    answers: list[Answer] = []
    over, lock = threading.Event(), threading.Lock()

    def next_one() -> Create:
        with lock:
            return wishes.booking()

    def work() -> None:
        while not over.is_set():
            create = next_one()
            answers.append(web.send(create.path, create.body, create.headers))

    clients = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    yield answers
    over.set()
    for client in clients:
        client.join()


def test_web_servers_are_replaced_while_clients_book(wishes: Wishes, web_server: WebServer) -> None:
    old = web_server.start()
    with booking(web_server, wishes) as answers:
        wait_until(lambda: len(answers) > 10, seconds=30)
        web_server.renew_workers()
        time.sleep(1)
        new = web_server.start()
        web_server.retire(old)
        seen = len(answers)
        wait_until(lambda: len(answers) > seen + 10, seconds=30)
        web_server.renew_workers()
    web_server.retire(new)
    assert Counter(answer.status for answer in answers) == {201: len(answers)}
    assert Appointment.objects.count() == len(answers)
