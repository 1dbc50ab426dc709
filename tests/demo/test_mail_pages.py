"""The pages on which caught mail is read."""

from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from demo.mail_catcher import keep

RAW = """\
From: terugbellen@example.org
To: klant@example.org
Subject: {subject}
Content-Type: {kind}; charset={charset}

{body}
"""


@pytest.fixture
def directory(settings: Settings, tmp_path: Path) -> Path:
    settings.DEMO_MAIL_DIR = str(tmp_path / "mail")
    (tmp_path / "mail").mkdir()
    return tmp_path / "mail"


def caught(
    directory: Path,
    *,
    subject: str = "Afspraak",
    body: str = "U wordt gebeld.",
    kind: str = "text/plain",
    charset: str = "utf-8",
) -> str:
    return keep(directory, RAW.format(subject=subject, body=body, kind=kind, charset=charset).encode())


@pytest.mark.django_db
def test_without_any_mail_the_list_says_so(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.DEMO_MAIL_DIR = str(tmp_path / "nowhere")
    response = client.get("/demo/mail/")
    assert response.status_code == 200
    assert response.context["mails"] == []


@pytest.mark.django_db
def test_the_list_shows_a_page_with_the_newest_first(client: Client, directory: Path) -> None:
    for number in range(27):
        caught(directory, subject=f"Bericht {number}")
    first, second = (client.get(f"/demo/mail/?page={page}").context["mails"] for page in (1, 2))
    assert [mail.subject for mail in first] == [f"Bericht {number}" for number in range(26, 1, -1)]
    assert [mail.subject for mail in second] == ["Bericht 1", "Bericht 0"]


@pytest.mark.django_db
def test_a_mail_is_shown_without_trusting_its_html(client: Client, directory: Path) -> None:
    name = caught(directory, body="<script>alert(1)</script>", kind="text/html")
    page = client.get(f"/demo/mail/{name}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


@pytest.mark.django_db
def test_an_unknown_character_set_does_not_break_the_page(client: Client, directory: Path) -> None:
    name = caught(directory, charset="klingon")
    assert "U wordt gebeld." in client.get(f"/demo/mail/{name}/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["..%2Fsecret", "%2e%2e%2fsecret", "secret", "00000000000000000001-00000000", "%2Fetc%2Fpasswd"],
)
def test_only_caught_mails_can_be_read(client: Client, directory: Path, name: str) -> None:
    (directory.parent / "secret.eml").write_text(RAW)
    (directory / "secret.eml").write_text(RAW)
    assert client.get(f"/demo/mail/{name}/").status_code == 404


CALENDAR = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def with_files(directory: Path, **files: str) -> str:
    """A caught mail with files of these names (dots as underscores) and kinds."""
    mail = EmailMessage()
    mail["Subject"] = "Afspraak"
    mail.set_content("U wordt gebeld.")
    for name, kind in files.items():
        mail.add_attachment(
            CALENDAR.encode(),
            maintype=kind.split("/")[0],
            subtype=kind.split("/")[1],
            filename=name.replace("_", "."),
        )
    return keep(directory, mail.as_bytes(policy=policy.SMTP))


@pytest.mark.django_db
def test_a_file_of_a_mail_can_be_downloaded(client: Client, directory: Path) -> None:
    name = with_files(directory, afspraak_ics="text/calendar")
    page = client.get(f"/demo/mail/{name}/").content.decode()
    assert f'href="/demo/mail/{name}/1/"' in page
    assert "afspraak.ics" in page
    answer = client.get(f"/demo/mail/{name}/1/")
    assert (answer.content.decode(), answer["Content-Type"]) == (CALENDAR, "text/calendar")
    assert answer["Content-Disposition"] == 'attachment; filename="afspraak.ics"'


@pytest.mark.django_db
def test_a_file_that_could_be_a_page_is_only_stored(client: Client, directory: Path) -> None:
    name = with_files(directory, page_html="text/html")
    answer = client.get(f"/demo/mail/{name}/1/")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_a_mail_without_files_offers_none(client: Client, directory: Path) -> None:
    assert client.get(f"/demo/mail/{caught(directory)}/").context["mail"].files == []


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "x"])
def test_a_file_that_is_not_there_is_not_found(client: Client, directory: Path, number: str) -> None:
    name = with_files(directory, afspraak_ics="text/calendar")
    assert client.get(f"/demo/mail/{name}/{number}/").status_code == 404


@pytest.mark.django_db
def test_a_file_of_no_mail_is_not_found(client: Client, directory: Path) -> None:
    assert client.get("/demo/mail/00000000000000000001-00000000/1/").status_code == 404
