"""Threads of other forums, one JSON object a line (`forum.jsonl` or `.jsonl.gz`). Pure.

A line is {board, thread_id, title, author, created_at, body, replies: [{author, created_at, body, reply_to?}]};
`reply_to` is the index of the post that is answered, 0 being the opening. Bodies are Markdown.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.clock import now
from core.text.check import BIDI, CONTROL
from forum.imports.batches import ForeignPost, ForeignThread, Writer, rendered
from forum.imports.mbox import Problem, open_maybe_gzip

LONGEST_TITLE = 200
LONGEST_NAME = 80
LONGEST_LINE = 20_000_000  # bytes


class Wrong(Exception):
    """A line that cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class BoardThread:
    board: str
    thread: ForeignThread


def read_threads(path: Path) -> Iterator[BoardThread | Problem]:
    """Each line's thread, or the Problem with it. Holds one line in memory."""
    number = 0
    try:
        with open_maybe_gzip(path) as lines:
            while line := lines.readline(LONGEST_LINE):
                number += 1
                if line.strip():
                    yield _read(line, number)
    except (EOFError, OSError) as cut:
        yield Problem(number + 1, f"the file cannot be read any further ({cut})")


def _read(line: bytes, number: int) -> BoardThread | Problem:
    try:
        return _thread(json.loads(line))
    except Wrong as reason:
        return Problem(number, str(reason))
    except (ValueError, RecursionError):
        return Problem(number, "it is not JSON")


def _thread(given: Any) -> BoardThread:
    if not isinstance(given, dict):
        raise Wrong("it is not an object")
    board, thread_id = _line(given, "board", LONGEST_NAME), _line(given, "thread_id", 100)
    title = _line(given, "title", LONGEST_TITLE)
    replies = given.get("replies", [])
    if not isinstance(replies, list):
        raise Wrong("replies is not a list")
    source = f"thread:{board}/{thread_id}"
    posts = [_post(post, f"{source}/{place}", board, place) for place, post in enumerate([given, *replies])]
    return BoardThread(board, ForeignThread(title, posts))


def _post(given: Any, source: str, board: str, place: int) -> ForeignPost:
    where = f"reply {place}: " if place else ""
    if not isinstance(given, dict):
        raise Wrong(f"{where}it is not an object")
    try:
        name = _line(given, "author", LONGEST_NAME)
        body = given.get("body")
        if not isinstance(body, str):
            raise Wrong("body is missing")
        answers = _answered(given.get("reply_to"), place)
        written_at = _moment(given.get("created_at"))
    except Wrong as reason:
        raise Wrong(f"{where}{reason}") from reason
    shown, html = rendered(body)
    return ForeignPost(source, Writer(f"forum:{name}", name), shown, html, written_at, answers)


def _line(given: dict[str, Any], field: str, longest: int) -> str:
    value = given.get(field)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Wrong(f"{field} is missing")
    text = " ".join(BIDI.sub("", CONTROL.sub(" ", value)).split())[:longest]
    if not text:
        raise Wrong(f"{field} is empty")
    return text


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as wrong:
        raise Wrong("created_at is not a date") from wrong
    if moment > now():
        raise Wrong("created_at lies in the future")
    return moment


def _answered(value: Any, place: int) -> int | None:
    if value is None or not place:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < place:
        raise Wrong("reply_to is not an earlier post")
    return value
