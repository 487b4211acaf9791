"""One message of a mailbox or newsgroup: raw bytes in, a Message out. Pure."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message as Parsed
from html.parser import HTMLParser

from forum.imports import headers
from forum.imports.charsets import decoded

BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "pre", "blockquote", "table", "ul", "ol"}
UNKNOWN = "Unknown"
UNSEEN = {"script", "style", "head", "title"}


class Unreadable(Exception):
    """This message cannot be imported; the text says why."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was meant. `key` is its Message-ID, or a stable hash where it had none."""

    key: str
    author: str
    address: str
    subject: str
    is_reply: bool
    topic: str
    references: tuple[str, ...]
    written_at: datetime
    text: str

    @property
    def writer_key(self) -> str:
        """Knows a writer again: the address, or the name where there was none."""
        return self.address or f"name:{self.author.casefold()}"


def read_message(raw: bytes, *, before: datetime, latest: datetime) -> Message:
    """Parse one message. A missing or impossible date becomes `before`, the date of the message in front of it.

    Raises Unreadable when there is no header that says anything, or nothing was written.
    """
    parsed = message_from_bytes(raw, policy=policy.compat32)
    header = _header_reader(parsed)
    text = body_text(parsed)
    name, address = headers.author(header("from"))
    if not any(map(header, ("from", "subject", "message-id"))):
        raise Unreadable("it has no headers")
    if not text.strip():
        raise Unreadable("it is empty")
    title, is_reply = headers.subject(header("subject"))
    return Message(
        key=headers.message_id(header("message-id")) or _hash(raw),
        author=name or UNKNOWN,
        address=address,
        subject=title or _first_words(text),
        is_reply=is_reply,
        topic=headers.subject_key(header("subject")),
        references=tuple(headers.references(header("references"), header("in-reply-to"))),
        written_at=headers.date(header("date"), latest=latest) or before,
        text=text,
    )


def _hash(raw: bytes) -> str:
    return f"{hashlib.sha256(raw.strip()).hexdigest()[:40]}@missing-id"


def _first_words(text: str) -> str:
    line = next(filter(None, map(headers.clean, text.splitlines())))
    return line if len(line) <= 80 else line[:80].rsplit(" ", 1)[0] + "…"


def _header_reader(parsed: Parsed) -> Callable[[str], str]:
    """Reads headers from their raw bytes: the email package's own decoding turns stray 8-bit bytes to U+FFFD."""
    values: dict[str, str] = {}
    for name, value in parsed.raw_items():
        values.setdefault(name.lower(), headers.unfold(str(value).encode("utf-8", "surrogateescape")))
    return lambda name: values.get(name, "")


def body_text(parsed: Parsed) -> str:
    """The plain text of a message; of its HTML if there is nothing else; attachments named, not kept."""
    parts = [part for part in parsed.walk() if not part.is_multipart()]
    named = [part for part in parts if part.get_filename()]
    shown = [part for part in parts if part not in named]
    texts = [_text_of(part) for part in shown if part.get_content_type() == "text/plain"]
    if not any(text.strip() for text in texts):
        texts = [strip_html(_text_of(part)) for part in shown if part.get_content_type() == "text/html"]
    notes = [f"[{headers.clean(part.get_filename() or '')}: not imported]" for part in named]
    return tidy("\n\n".join([*texts, *notes]))


def _text_of(part: Parsed) -> str:
    payload = part.get_payload(decode=True)
    return decoded(payload, part.get_content_charset()) if isinstance(payload, bytes) else ""


def tidy(text: str) -> str:
    """Newlines of one kind, backspaces carried out, control characters gone, no spaces at the ends of lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n\n")
    kept = "".join(c for c in text if c in "\n\t" or c.isprintable() or c in "\u3000\xa0")
    return "\n".join(line.rstrip() for line in kept.split("\n")).strip("\n")


class _Stripper(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.unseen += tag in UNSEEN
        self.words.append("\n" if tag in BLOCKS else "")

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in UNSEEN and self.unseen > 0
        self.words.append("\n\n" if tag == "p" else "")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words.append(" ".join(data.split()) + " " if data.strip() else "")


def strip_html(text: str) -> str:
    """The words of an HTML body, a line for each block."""
    stripper = _Stripper()
    try:
        stripper.feed(text)
        stripper.close()
    except AssertionError:  # how html.parser says that a "<![" makes no sense
        return re.sub(r"<[^>]*>?", " ", text)
    return "".join(stripper.words)
