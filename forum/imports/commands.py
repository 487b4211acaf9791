"""Writing imported threads: a batch is one transaction, and a batch that is here already adds nothing."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import bindparam, case, or_, select, update

from core.db import command, db
from core.errors import Invalid, Refused
from core.i18n import _
from core.outbox import announce
from core.text import RENDER_VERSION
from forum.boards.events import BoardChanged
from forum.boards.models import DEFAULT_LEVELS, MEMBER, PUBLIC, Board, Membership
from forum.boards.rules import check_slug
from forum.imports.batches import ForeignPost, ForeignThread, Summary, Writer
from forum.imports.kinds import kind_of
from forum.imports.names import free_names
from forum.imports.queries import hashed, known_sources, known_writers
from forum.members.events import MembersImported
from forum.members.models import Member
from forum.threads.events import PostsImported
from forum.threads.models import ImportedPost, Post, Thread

LONGEST_SLUG = 40
AN_EVENT = 500  # posts or members that one event names
Known = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Home:
    """The board that an import goes to."""

    id: int
    is_new: bool


@command
def prepare_board(group: str, slug: str | None = None) -> Home:
    """The board for a group: with `slug` the board of that address, else the one imported before; new if missing."""
    source, wanted = f"group:{group}", slug or slug_for(group)
    check_slug(wanted)
    theirs = Board.slug == wanted if slug else or_(Board.imported_from == source, Board.slug == wanted)
    found = list(db.session.scalars(select(Board).where(theirs)))
    for board in found:
        if slug or board.imported_from == source:
            return Home(board.id, is_new=False)
    if found:
        raise Refused(
            "board_taken", _("There is a board /b/%(slug)s already. Say --board %(slug)s to use it.", slug=wanted)
        )
    return Home(_new_board(group, wanted, source).id, is_new=True)


def slug_for(group: str) -> str:
    """An address for a group: rec.boats is rec-boats. A name without Latin letters gets a number of its own."""
    slug = re.sub(r"[^a-z0-9]+", "-", group.lower()).strip("-")[:LONGEST_SLUG].strip("-")
    try:
        check_slug(slug)
    except Invalid:
        return f"group-{hashlib.sha256(group.encode()).hexdigest()[:8]}"
    return slug


def _new_board(group: str, slug: str, source: str) -> Board:
    read, reply, start, sell = DEFAULT_LEVELS[PUBLIC]
    board = Board(slug=slug, name=group, access=PUBLIC, imported_from=source)
    board.read_level, board.reply_level, board.start_level, board.sell_level = read, reply, start, sell
    if db.session.scalar(select(Board.id).where(Board.imported_from == source)):
        board.imported_from = None
    db.session.add(board)
    db.session.flush()
    announce(BoardChanged(board.id))
    return board


@command
def add_threads(board_id: int, threads: list[ForeignThread]) -> Summary:
    """Add what is not here yet. New posts of a thread that this board has already are put at its end."""
    known = known_sources(post.source for thread in threads for post in thread.posts)
    at_home = _threads_on(board_id, {thread_id for thread_id, _number in known.values()})
    fresh_posts = [post for thread in threads for post in thread.posts if post.source not in known]
    members = _members(fresh_posts)
    written: list[tuple[ForeignPost, Post]] = []
    started = 0
    for foreign in threads:
        posts, is_new = _add_thread(board_id, foreign, known, at_home, members)
        written += posts
        started += is_new
    db.session.flush()
    _remember(written)
    joined = _join(board_id, written)
    _count(board_id, [post for _foreign, post in written], started, joined)
    already = sum(post.source in known for thread in threads for post in thread.posts)
    return Summary(threads=started, posts=len(written), members=members.made, already=already)


def _threads_on(board_id: int, thread_ids: Iterable[int]) -> dict[int, Thread]:
    """The threads of these that are on the board, as they are now, locked. Others must not be written to: a message
    that was also sent elsewhere must not draw a closed board's replies out into that place."""
    query = select(Thread).where(Thread.board_id == board_id, Thread.id.in_(thread_ids)).with_for_update()
    return {thread.id: thread for thread in db.session.scalars(query.execution_options(populate_existing=True))}


class _Members(dict[str, int]):
    """Member ids by writer key."""

    made = 0


def _members(posts: list[ForeignPost]) -> _Members:
    """Everyone who wrote, new members made for those who are not known."""
    first: dict[str, tuple[Writer, datetime]] = {}
    for post in sorted(posts, key=lambda post: post.written_at):
        first.setdefault(hashed(post.writer.key), (post.writer, post.written_at))
    found = _Members(known_writers(first))
    missing = {key: who for key, who in first.items() if key not in found}
    names = free_names([writer.name for writer, _when in missing.values()])
    made = {
        key: Member(
            username=name.shown, username_lower=name.lower, name_key=name.key, imported_from=key, joined_at=when,
            last_seen_at=when, email=None, email_key=None, password_hash=None,
        )
        for (key, (_writer, when)), name in zip(missing.items(), names, strict=True)
    }  # fmt: skip
    db.session.add_all(made.values())
    db.session.flush()
    found.update((key, member.id) for key, member in made.items())
    found.made = len(made)
    ids = iter([member.id for member in made.values()])
    while part := list(islice(ids, AN_EVENT)):
        announce(MembersImported(part))
    return found


def _add_thread(
    board_id: int, foreign: ForeignThread, known: Known, at_home: Mapping[int, Thread], members: Mapping[str, int]
) -> tuple[list[tuple[ForeignPost, Post]], bool]:
    """The new posts, and whether they opened a new thread."""
    here = {place: known[post.source] for place, post in enumerate(foreign.posts) if post.source in known}
    new = [(place, post) for place, post in enumerate(foreign.posts) if place not in here]
    if not new:
        return [], False
    home = next((at_home[thread_id] for thread_id, _number in here.values() if thread_id in at_home), None)
    start = home.post_count if home else 0
    numbers = {place: number for place, (thread_id, number) in here.items() if home and thread_id == home.id}
    numbers |= {place: start + step for step, (place, _post) in enumerate(new, start=1)}
    thread = home or _started(board_id, foreign.title, new[0][1], members)
    posts = [
        (
            post,
            _written(thread, post, numbers[place], numbers.get(-1 if post.answers is None else post.answers), members),
        )
        for place, post in new
    ]
    _move_on(thread, [post for _foreign, post in posts])
    return posts, home is None


def _started(board_id: int, title: str, opening: ForeignPost, members: Mapping[str, int]) -> Thread:
    author_id = members[hashed(opening.writer.key)]
    thread = Thread(board_id=board_id, author_id=author_id, title=title, kind=kind_of(title))
    thread.created_at = opening.written_at
    thread.post_count, thread.last_post_at = 0, opening.written_at
    db.session.add(thread)
    return thread


def _written(thread: Thread, post: ForeignPost, number: int, answered: int | None, members: Mapping[str, int]) -> Post:
    row = Post(
        thread=thread, post_no=number, author_id=members[hashed(post.writer.key)], body=post.body, html=post.html,
        render_version=RENDER_VERSION, written_at=post.written_at,
        reply_to_no=answered if answered and answered < number else None,
    )  # fmt: skip
    db.session.add(row)
    return row


def _move_on(thread: Thread, posts: list[Post]) -> None:
    """The thread's row is locked or new, so its counters may be set here."""
    thread.post_count = posts[-1].post_no
    newest = max(posts, key=lambda post: (post.written_at, post.post_no))
    if newest.written_at >= thread.last_post_at:
        thread.last_post_at, thread.last_poster_id = newest.written_at, newest.author_id


def _remember(written: list[tuple[ForeignPost, Post]]) -> None:
    db.session.add_all(ImportedPost(source=foreign.source, post_id=post.id) for foreign, post in written)
    ids = iter([post.id for _foreign, post in written])
    while part := list(islice(ids, AN_EVENT)):
        announce(PostsImported(part))


def _join(board_id: int, written: list[tuple[ForeignPost, Post]]) -> int:
    """Whoever wrote on a board belongs to it. Returns how many joined."""
    first: dict[int, datetime] = {}
    for _foreign, post in written:
        first[post.author_id] = min(post.written_at, first.get(post.author_id, post.written_at))
    theirs = select(Membership.member_id).where(Membership.board_id == board_id, Membership.member_id.in_(first))
    there = set(db.session.scalars(theirs))
    joining = {member_id: when for member_id, when in first.items() if member_id not in there}
    db.session.add_all(
        Membership(board_id=board_id, member_id=member_id, level=MEMBER, joined_at=when)
        for member_id, when in joining.items()
    )
    return len(joining)


def _count(board_id: int, posts: list[Post], started: int, joined: int) -> None:
    if not posts:
        return
    latest = max(post.written_at for post in posts)
    is_later = or_(Board.last_post_at.is_(None), Board.last_post_at < latest)
    db.session.execute(
        update(Board)
        .where(Board.id == board_id)
        .values(
            thread_count=Board.thread_count + started,
            member_count=Board.member_count + joined,
            last_post_at=case((is_later, latest), else_=Board.last_post_at),
        )
    )
    table = Member.__table__.c
    by_member = Counter(post.author_id for post in posts)
    wrote = {post.author_id: post.written_at for post in sorted(posts, key=lambda post: post.written_at)}
    seen = bindparam("at", type_=table.last_seen_at.type)
    grown = update(Member).where(table.id == bindparam("of")).values(
        post_count=table.post_count + bindparam("more"),
        last_seen_at=case((table.last_seen_at < seen, seen), else_=table.last_seen_at),
    )  # fmt: skip
    rows = [{"of": member, "more": more, "at": wrote[member]} for member, more in by_member.items()]
    db.session.connection().execute(grown, rows)
