"""Mail leaves through the outbox: a command announces MailRequested, the worker sends it, a failure is tried again."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

import structlog
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from core.clock import now
from core.errors import Missing
from core.events import Event
from core.outbox import announce, consumer
from core.settings import Settings

log = structlog.get_logger()
TIMEOUT = 10  # seconds
WHOLE = "List-Unsubscribe"


@dataclass(frozen=True)
class MailRequested(Event):
    to: str
    subject: str
    body: str
    member_id: int | None = None
    unsubscribe: str = ""


def send_mail(to: str, subject: str, body: str, member_id: int | None = None, unsubscribe: str = "") -> None:
    """Ask for a plain-text mail, inside a command. It is sent only if the command commits.

    `unsubscribe` is the whole address that ends such mails when it is posted to (RFC 8058): mail programs then show
    a button for it.
    """
    announce(MailRequested(to, " ".join(subject.split()), body, member_id, unsubscribe))


def stop_token(kind: str, member_id: int) -> str:
    """What the link carries that ends one kind of mails for a member, who need not sign in for it. It never expires."""
    return _stops(kind).dumps(member_id)


def reader_of(kind: str, token: str) -> int:
    """Whose mails of this kind the link ends; Missing for a link that this site did not sign."""
    try:
        return int(_stops(kind).loads(token))
    except (BadSignature, TypeError, ValueError) as problem:
        raise Missing from problem


def _stops(kind: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=kind)


def site_address(path: str) -> str:
    """The whole address of a path of this site, for mails."""
    settings: Settings = current_app.extensions["settings"]
    return f"{settings.base_url}{path}"


@consumer("mail.send", MailRequested, outside=True)
def deliver(mail: MailRequested) -> None:
    settings: Settings = current_app.extensions["settings"]
    message = _message(mail, settings)
    if settings.mail_url.startswith("folder:"):
        _keep(message, settings)
    else:
        _send(message, settings.mail_url)


class _Policy(EmailPolicy):
    """Python folds a header that is one long word by encoding it, and no mail program reads an encoded address."""

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}" if name == WHOLE else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii") if name == WHOLE else super().fold_binary(name, value)


def _message(mail: MailRequested, settings: Settings) -> EmailMessage:
    message = EmailMessage(policy=_Policy())
    host = urlsplit(settings.base_url).hostname or "localhost"
    message["From"] = f"Boardwalk <no-reply@{host}>"
    message["To"], message["Subject"] = mail.to, mail.subject
    message["Date"], message["Message-ID"] = formatdate(now().timestamp()), make_msgid(domain=host)
    if mail.unsubscribe:
        message[WHOLE] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body)
    return message


def _keep(message: EmailMessage, settings: Settings) -> None:
    """The default: a .eml file in the data folder, and a line in the log that says so."""
    folder = settings.data / "mail"
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"{now():%Y%m%d-%H%M%S-%f}.eml"
    (folder / name).write_bytes(bytes(message))
    log.info("mail.kept", file=f"mail/{name}", subject=message["Subject"])


def _send(message: EmailMessage, url: str) -> None:
    parts = urlsplit(url)
    host, secure = parts.hostname or "localhost", parts.scheme == "smtps"
    context = ssl.create_default_context()
    if secure:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
    with server:
        if not secure and server.has_extn("starttls"):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
