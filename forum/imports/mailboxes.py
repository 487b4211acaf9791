"""From the messages of a mailbox to threads that can be added. Reads the file whole, because threading must."""

from collections.abc import Iterator
from pathlib import Path

from forum.imports.batches import ForeignPost, ForeignThread, Writer, rendered
from forum.imports.mbox import Problem, read_mbox
from forum.imports.messages import Message
from forum.imports.prose import to_markdown
from forum.imports.queries import known_sources
from forum.imports.threading import Conversation, conversations


def group_of(path: Path) -> str:
    """The newsgroup or list a file is named after: "rec.boats.mbox.gz" is rec.boats."""
    name = path.name
    for ending in (".gz", ".mbox", ".mbx"):
        name = name.removesuffix(ending)
    return name


def read_conversations(path: Path) -> tuple[list[Conversation[Message]], list[Problem], int]:
    """(conversations by date, problems, how many messages came twice in this file)."""
    problems: list[Problem] = []
    messages: dict[str, Message] = {}
    twice = 0
    for found in read_mbox(path):
        if isinstance(found, Problem):
            problems.append(found)
        elif messages.setdefault(found.key, found) is not found:
            twice += 1
    return conversations(messages.values()), problems, twice


def foreign_threads(found: list[Conversation[Message]]) -> Iterator[ForeignThread]:
    """The conversations, rendered; what is here already is not rendered again."""
    known = known_sources(_source(message) for conversation in found for message in conversation.messages)
    for conversation in found:
        posts = [
            _post(message, answered, is_known=_source(message) in known)
            for message, answered in zip(conversation.messages, conversation.answers, strict=True)
        ]
        yield ForeignThread(conversation.messages[0].subject, posts)


def _source(message: Message) -> str:
    return f"mid:{message.key}"


def _post(message: Message, answered: int | None, *, is_known: bool) -> ForeignPost:
    body, html = ("", "") if is_known else rendered(to_markdown(message.text))
    writer = Writer(f"mail:{message.writer_key}", message.author)
    return ForeignPost(_source(message), writer, body, html, message.written_at, answered)
