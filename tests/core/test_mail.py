"""Mail: a file by default, SMTP by URL, and nothing for what was rolled back."""

from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from core.db import writing
from core.mail import send_mail
from tests.postgresql import free_port


@pytest.fixture
def mail_folder(app):
    folder = app.extensions["settings"].data / "mail"
    for path in folder.glob("*.eml"):
        path.unlink()
    return folder


def test_by_default_a_mail_becomes_a_file(app, worker, mail_folder):
    with writing():
        send_mail("ann@example.org", "Hello\r\nBcc: all", "Some words: 减肥")
    worker()

    (path,) = mail_folder.glob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["To"] == "ann@example.org"
    assert message["Subject"] == "Hello Bcc: all"
    assert message["Bcc"] is None
    assert "减肥" in message.get_content()


def test_a_mail_of_a_failed_command_is_never_sent(app, worker, mail_folder):
    with suppress(RuntimeError), writing():
        send_mail("ann@example.org", "Hello", "Words")
        raise RuntimeError("stop")
    worker()

    assert list(mail_folder.glob("*.eml")) == []


class Mailbox:
    def __init__(self):
        self.kept = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (aiosmtpd's name)
        self.kept.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


def test_with_an_smtp_address_it_is_handed_to_that_server(app, worker, monkeypatch):
    mailbox, port = Mailbox(), free_port()
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    settings = replace(app.extensions["settings"], mail_url=f"smtp://127.0.0.1:{port}")
    monkeypatch.setitem(app.extensions, "settings", settings)
    try:
        with writing():
            send_mail("ann@example.org", "Hello", "Words")
        worker()
    finally:
        server.stop()

    assert [recipients for recipients, _ in mailbox.kept] == [["ann@example.org"]]


def test_while_the_mail_server_is_down_mails_wait(app, worker, monkeypatch, clock):
    settings = replace(app.extensions["settings"], mail_url=f"smtp://127.0.0.1:{free_port()}")
    with monkeypatch.context() as down:
        down.setitem(app.extensions, "settings", settings)
        with writing():
            send_mail("ann@example.org", "Hello", "Words")
        worker(may_fail=True)
    folder = app.extensions["settings"].data / "mail"
    before = len(list(folder.glob("*.eml")))

    clock.travel(minutes=5)
    worker()

    assert len(list(folder.glob("*.eml"))) == before + 1


def test_the_address_that_ends_mails_is_one_plain_line(app, worker, mail_folder):
    where = "https://forum.example/searches/unsubscribe/" + "x" * 300
    with writing():
        send_mail("a@example.org", "你好" * 60, "早" * 500, unsubscribe=where)
    worker()
    [path] = mail_folder.glob("*.eml")
    assert f"\nList-Unsubscribe: <{where}>\n".encode() in path.read_bytes()
    letter = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (letter["Subject"], letter.get_content().strip()) == ("你好" * 60, "早" * 500)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
