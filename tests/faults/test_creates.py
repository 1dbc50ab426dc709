"""Creates that are sent again and again, half of them cut off: each takes effect once."""

import json
import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from callbacks.models import Appointment
from tests.faults.creates import Create, Wishes
from tests.faults.webserver import Answer, WebServer, as_json

pytestmark = pytest.mark.fault

CREATES = int(os.environ.get("FAULT_CREATES", "1000"))
CLIENTS = 8
BEGINNING = 20
IN_PROGRESS = 409
MOST_TRIES = 1000


def send(web: WebServer, create: Create) -> Answer:
    return web.send(create.path, create.body, create.headers)


def send_and_hang_up(web: WebServer, create: Create) -> Answer:
    """Before the answer, or in the middle of it."""
    after = random.choice((0, BEGINNING))
    web.send_and_hang_up(create.path, create.body, create.headers, after=after)
    return Answer(0)


def send_until_answered(web: WebServer, create: Create) -> Answer:
    """As a program does that was told that its first request still runs."""
    answers = (send(web, create) for _ in range(MOST_TRIES))
    return next(answer for answer in answers if answer.status != IN_PROGRESS)


def test_creates_that_are_repeated_and_cut_off_take_effect_once(
    wishes: Wishes, web_server: WebServer
) -> None:
    web_server.start()
    creates = [wishes.booking() for _ in range(CREATES)]
    sent = random.sample(many := [one for one in creates for _ in range(random.randint(1, 5))], len(many))
    cut = [number % 2 == 0 for number in range(len(sent))]
    with ThreadPoolExecutor(CLIENTS) as clients:
        said = list(
            clients.map(lambda one, off: (send_and_hang_up if off else send)(web_server, one), sent, cut)
        )
        last = list(clients.map(lambda one: send_until_answered(web_server, one), creates))
        other = [replace(one, body=other_body(one)) for one in creates]
        refused = list(clients.map(lambda one: send(web_server, one).status, other))
    assert Counter(answer.status for answer in last) == {201: CREATES}
    assert {answer.status for answer in said} <= {0, 201, IN_PROGRESS}
    answered = {answer.body for answer in said if answer.status == 201}
    assert answered <= {answer.body for answer in last}
    references = {json.loads(answer.body)["reference"] for answer in last}
    assert references == set(Appointment.objects.values_list("reference", flat=True))
    assert Appointment.objects.count() == CREATES
    assert Counter(refused) == {422: CREATES}


def other_body(create: Create) -> bytes:
    return as_json({**json.loads(create.body), "question": "Something else"})
