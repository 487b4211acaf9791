"""Letters between members, and what everyone has read already."""

from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from core.db import db
from demo.community import circles, letters, people
from demo.timeline import Timeline
from demo.town import Town
from forum.messages.commands import Letter, reply, send, send_to_several
from forum.notices import commands as notices
from forum.threads import commands as threads
from forum.threads.models import Post

LAST_LOOK = timedelta(days=2)  # since then things have happened that nobody has seen yet


def plan(line: Timeline, town: Town) -> None:
    for letter in letters():
        ago = timedelta(days=letter["days"], hours=2)
        line.at(ago, partial(_send, town, letter))
        if "answer" in letter:
            answer = partial(_answer, town, letter)
            line.at(ago - timedelta(hours=3), answer)
    for circle in circles():
        line.at(timedelta(days=circle["days"]), partial(_gather, town, circle))
    for number, person in enumerate(people()):
        line.at(LAST_LOOK - timedelta(minutes=11 * number), partial(_look, town, person.name))


def _send(town: Town, letter: dict[str, Any]) -> None:
    about = f"product:{town.products[letter['product']]}" if "product" in letter else None
    if "thread" in letter:
        opening = select(Post.id).where(Post.thread_id == town.threads[letter["thread"]], Post.post_no == 1)
        about = f"post:{db.session.scalars(opening).one()}"
    said = Letter(letter["body"], about, source=letter.get("source", ""))
    send(town.member(letter["sender"]), town.member(letter["to"]), said)


def _answer(town: Town, letter: dict[str, Any]) -> None:
    send(town.member(letter["to"]), town.member(letter["sender"]), Letter(letter["answer"]))


def _gather(town: Town, circle: dict[str, Any]) -> None:
    first, *others = [town.member(name) for name in circle["people"]]
    sent = send_to_several(first, others, Letter(circle["body"]), circle["title"])
    for name, body in circle["answers"]:
        reply(town.member(name), sent.conversation_id, Letter(body))


def _look(town: Town, name: str) -> None:
    member = town.member(name)
    threads.read_everything(reader=member)
    notices.read_all(reader=member)
