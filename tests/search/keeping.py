"""What tests of saved searches, demand and matching share."""

from core.db import db, writing
from core.outbox import announce
from forum.boards.models import Board
from forum.members.models import Block
from forum.notices.models import Notice
from forum.threads.events import PostWritten, ThreadStarted
from forum.threads.models import Post, Thread
from search.saved import commands, wants
from search.saved.commands import Choice
from tests import make

SHUT_OUT = ("board turned secret", "thread moved", "member banned")
CUT_OFF = ("member suspended", "reader blocked", "author blocked")


def saved_search(member, q="helmet", *, tell="now", name="", **asked):
    want = wants.understood({"q": q, **asked})
    return commands.save(want, member=member, choice=Choice(name, tell), count=lambda term: 100 - len(term))


def written(*, on, by=None, title="A thread", body="The opening post.", kind="talk"):
    """A new thread that the worker will hear of."""
    thread = make.thread(on=on, by=by or make.member(), title=title, body=body, kind=kind)
    with writing():
        announce(PostWritten(opening_of(thread)), ThreadStarted(thread.id))
    return thread


def replied(*, to, body, by=None):
    post = make.post(to=to, by=by or make.member(), body=body)
    with writing():
        announce(PostWritten(post.id))
    return post


def opening_of(thread):

    return db.session.scalar(db.select(Post.id).filter_by(thread_id=thread.id, post_no=1))


def notices(member, kind=None):
    db.session.rollback()
    query = db.select(Notice).where(Notice.member_id == member.id).order_by(Notice.id)
    return [notice for notice in db.session.scalars(query) if kind in (None, notice.kind)]


def kinds(member):
    return [notice.kind for notice in notices(member)]


def shut_out(way, *, thread, reader):
    """The reader may not read the thread any more, or its author and they are cut off from each other."""
    board, author_id = db.session.get(Board, thread.board_id), thread.author_id
    secret = make.board("secret") if way == "thread moved" else None
    if way == "member banned":
        make.membership(reader, board, "banned")
    blocks = {"reader blocked": (author_id, reader.id), "author blocked": (reader.id, author_id)}
    if way in blocks:
        make.saved(Block(member_id=blocks[way][0], blocked_id=blocks[way][1]))
    with writing():
        if way == "board turned secret":
            board.access, board.read_level = "secret", 2
        elif way == "thread moved":
            db.session.get(Thread, thread.id).board_id = secret.id
        elif way == "member banned":
            board.read_level = 1
        elif way == "member suspended":
            reader.is_suspended = True
