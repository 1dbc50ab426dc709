"""The first story whole, in the running demo: booked, confirmed, reminded, slipped, seen."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.story.running import Demo, running_demo, wait_for

PASSWORD = "demo-belbelofte"

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with running_demo(tmp_path) as running:
        yield running


def sign_in(browser: Browser, demo: Demo, user: str) -> Page:
    """A page of a browser of its own, signed in and at home."""
    page = browser.new_context(locale="nl-NL").new_page()
    page.goto(f"{demo.url}/sign-in/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


class Keyboard:
    """Types like a person, and counts the keys that are not text."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def press(self, key: str) -> None:
        self.presses += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)


def book(page: Page) -> tuple[str, int]:
    """Book the first slot for a new caller by keyboard alone; gives the reference and the counted keys."""
    keys = Keyboard(page)
    expect(page.locator("#search")).to_be_focused()
    keys.type("06 1234 5678")
    keys.press("Enter")
    expect(page.locator("#id_topic")).to_be_focused()
    keys.type("pas")
    keys.press("Enter")
    expect(page.locator("input[name=starts_at]:checked")).to_be_focused()
    keys.press("Enter")
    reference = page.locator(".booked__reference").inner_text()
    match = re.search(r"[A-Z0-9]{3}-[A-Z0-9]{4}", reference)
    assert match
    return match[0], keys.presses


def specialist_of(demo: Demo, reference: str) -> tuple[str, str]:
    """User name and address of whoever must call; gets the demo's password."""
    demo.execute(
        """
        UPDATE accounts_user SET password = (SELECT password FROM accounts_user WHERE username = 'agent')
        WHERE id = (
            SELECT s.user_id FROM callbacks_appointment a
            JOIN availability_specialist s ON s.id = a.specialist_id WHERE a.reference = %s)
        """,
        reference,
    )
    ((username, email),) = demo.execute(
        """
        SELECT u.username, u.email FROM callbacks_appointment a
        JOIN availability_specialist s ON s.id = a.specialist_id JOIN accounts_user u ON u.id = s.user_id
        WHERE a.reference = %s
        """,
        reference,
    )
    return username, email


def mails(page: Page, demo: Demo, *texts: str) -> int:
    """How many caught mails have all the texts in their row of the list."""
    page.goto(f"{demo.url}/demo/mail/")
    rows = page.locator("main li")
    for text in texts:
        rows = rows.filter(has_text=text)
    return rows.count()


def test_a_promise_is_booked_confirmed_reminded_slips_and_is_seen(demo: Demo, browser: Browser) -> None:
    reference, presses = book(sign_in(browser, demo, "agent"))
    assert presses <= 8

    username, email = specialist_of(demo, reference)
    mail = browser.new_page()
    wait_for(lambda: mails(mail, demo, email, reference) == 1, seconds=60)

    specialist = sign_in(browser, demo, username)
    specialist.goto(f"{demo.url}/appointments/{reference}/")
    specialist.get_by_role("button", name="Bevestigen").click()
    expect(specialist.locator("main")).to_contain_text("bevestigd")

    demo.let_time_pass(reference, starts_in="15 minutes")
    wait_for(lambda: mails(mail, demo, email, reference) == 2, seconds=60)

    board = sign_in(browser, demo, "admin")
    board.goto(f"{demo.url}/board/")
    row = board.locator(f"#row-{reference}")
    expect(row).to_have_count(0)
    demo.let_time_pass(reference, starts_in="-2 hours")
    expect(row).to_contain_text("te laat", timeout=20_000)
    wait_for(lambda: flags(demo, reference) == 1, seconds=60)


def flags(demo: Demo, reference: str) -> int:
    """How often a worker logged that the promise was broken."""
    ((count,),) = demo.execute(
        """
        SELECT count(*) FROM callbacks_logentry l JOIN callbacks_appointment a ON a.id = l.appointment_id
        WHERE a.reference = %s AND l.verb = 'flag_overdue' AND l.by_id IS NULL
        """,
        reference,
    )
    return int(count)
