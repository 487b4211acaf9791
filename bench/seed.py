"""A large made-up community for measuring: the same rows for the same numbers, inserted in bulk into an empty database.

Post ids follow the time of writing, so a thread's posts lie scattered in the table as on a real site.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import numpy
from numpy.random import default_rng
from sqlalchemy import func, insert, select, text

from bench.plan import FIRST, LAST, Plan, Size, made_plan
from bench.words import CHINESE, Writer, as_html
from core.db import db, writing
from core.errors import Refused
from core.text import RENDER_VERSION
from forum.boards.models import DEFAULT_LEVELS, Board, Membership
from forum.members.models import Member
from forum.members.names import name_key
from forum.threads.models import Post, Thread, Watch
from shop.products.models import Offer, Product
from shop.stock.models import Movement, Stock

SEED = 20_260_101
AT_ONCE = 5_000  # rows in one INSERT and one transaction
PRODUCTS = 300
GATED = ("apply", "invite", "secret", "open")  # of the last boards; the others are public
Rows = Iterable[dict[str, Any]]


def seed(size: Size, password_hash: str, step: Callable[[str, int], None]) -> None:
    """Fill an empty database. `step` is told the table and how many rows it got."""
    size.check()
    if db.session.scalar(select(func.count(Member.id))) or db.session.scalar(select(func.count(Board.id))):
        raise Refused("not_empty", "There are members or boards already. Seed an empty database: set BOARDWALK_DATA.")
    random = default_rng(SEED)
    plan = made_plan(size, random)
    writer = Writer(random)
    chinese = random.random(size.threads) < CHINESE
    titles = [writer.title(is_chinese=bool(is_chinese)) for is_chinese in chinese]
    for model, rows in _tables(size, plan, titles, password_hash, writer):
        _fill(model, rows, step)
    _catch_up()


def _tables(
    size: Size, plan: Plan, titles: list[str], password_hash: str, writer: Writer
) -> Iterator[tuple[Any, Rows]]:
    yield Member, _members(size, plan, password_hash)
    yield Board, _boards(size, plan)
    yield Membership, _memberships(plan)
    yield Thread, _threads(plan, titles)
    yield Post, _posts(plan, writer)
    yield Watch, _watches(plan)
    selling = _selling(size, plan)
    yield Product, _products(selling, plan, titles)
    yield (
        Offer,
        ({"id": place, "product_id": place, "price": 500 + 7 * place, "currency": "USD"} for place in _count(selling)),
    )
    yield Stock, ({"offer_id": place, "supplied": 1_000_000} for place in _count(selling))
    book = {"kind": "received", "supplied": 1_000_000, "sold": 0, "damaged": 0}
    yield Movement, ({"offer_id": place, **book} for place in _count(selling))


def _count(rows: list[int]) -> range:
    return range(1, len(rows) + 1)


def _members(size: Size, plan: Plan, password_hash: str) -> Rows:
    written = numpy.bincount(plan.author, minlength=size.members + 1)
    for member in range(1, size.members + 1):
        name = f"bench{member:05}"
        mail = f"{name}@example.org"
        yield {
            "id": member, "username": name, "username_lower": name, "name_key": name_key(name), "email": mail,
            "email_key": mail, "email_verified_at": FIRST, "password_hash": password_hash, "joined_at": FIRST,
            "last_seen_at": LAST, "post_count": int(written[member]),
        }  # fmt: skip


def _boards(size: Size, plan: Plan) -> Rows:
    threads = numpy.bincount(plan.board, minlength=size.boards + 1)
    latest = numpy.zeros(size.boards + 1, dtype=numpy.int64)
    numpy.maximum.at(latest, plan.board[plan.thread - 1], plan.seconds)
    for board in range(1, size.boards + 1):
        access = _access(board, size.boards)
        levels = zip(("read_level", "reply_level", "start_level", "sell_level"), DEFAULT_LEVELS[access], strict=True)
        yield {
            "id": board, "slug": f"bench-{board}", "name": f"Bench board {board}", "access": access, **dict(levels),
            "about": "Made up for measuring.", "member_count": len(plan.joined[board - 1]), "created_at": FIRST,
            "thread_count": int(threads[board]), "last_post_at": _moment(latest[board]), "created_by_id": 1,
        }  # fmt: skip


def _access(board: int, boards: int) -> str:
    behind = boards - board
    return GATED[behind] if behind < min(len(GATED), boards - 1) else "public"


def _memberships(plan: Plan) -> Rows:
    for board, members in enumerate(plan.joined, start=1):
        for member in map(int, members):
            role, level = ("owner", 4) if member == 1 else ("member", 2)
            yield {"board_id": board, "member_id": member, "role": role, "level": level, "joined_at": FIRST}


def _threads(plan: Plan, titles: list[str]) -> Rows:
    first, last = _ends(plan)
    for place, title in enumerate(titles):
        opened, closed = first[place], last[place]
        yield {
            "id": place + 1, "board_id": int(plan.board[place]), "title": title, "post_count": int(plan.size[place]),
            "author_id": int(plan.author[opened]), "last_poster_id": int(plan.author[closed]),
            "created_at": _moment(plan.seconds[opened]), "last_post_at": _moment(plan.seconds[closed]),
        }  # fmt: skip


def _ends(plan: Plan) -> tuple[Any, Any]:
    """Indices of the first and the last post of each thread."""
    last = numpy.zeros(len(plan.size), dtype=numpy.int64)
    last[plan.thread - 1] = numpy.arange(len(plan.thread))
    first = numpy.zeros(len(plan.size), dtype=numpy.int64)
    opening = numpy.flatnonzero(plan.number == 1)
    first[plan.thread[opening] - 1] = opening
    return first, last


def _posts(plan: Plan, writer: Writer) -> Rows:
    columns = zip(plan.thread, plan.number, plan.author, plan.seconds, writer.bodies(len(plan.thread)), strict=True)
    for place, (thread, number, author, seconds, body) in enumerate(columns, start=1):
        yield {
            "id": place, "thread_id": int(thread), "post_no": int(number), "author_id": int(author), "body": body,
            "html": as_html(body), "render_version": RENDER_VERSION, "written_at": _moment(seconds),
        }  # fmt: skip


def _watches(plan: Plan) -> Rows:
    first, _last = _ends(plan)
    for place, opened in enumerate(first, start=1):
        yield {"thread_id": place, "member_id": int(plan.author[opened])}


def _selling(size: Size, plan: Plan) -> list[int]:
    """Places of the threads that sell something: on public boards, spread over all of them."""
    public = [place for place in range(size.threads) if _access(int(plan.board[place]), size.boards) == "public"]
    return public[:: max(1, len(public) // PRODUCTS)][:PRODUCTS]


def _products(selling: list[int], plan: Plan, titles: list[str]) -> Rows:
    first, _last = _ends(plan)
    for product, place in enumerate(selling, start=1):
        seller = int(plan.author[first[place]])
        yield {"id": product, "thread_id": place + 1, "seller_id": seller, "title": titles[place], "picks_up": True}


def _moment(seconds: Any) -> datetime:
    return FIRST + timedelta(seconds=int(seconds))


def _fill(model: Any, rows: Rows, step: Callable[[str, int], None]) -> None:
    waiting = iter(rows)
    while part := list(islice(waiting, AT_ONCE)):
        with writing():
            db.session.connection().execute(insert(model.__table__), part)
        step(model.__tablename__, len(part))


def _catch_up() -> None:
    """Mark what sells, let PostgreSQL's sequences continue behind the given ids, and let the planner look around."""
    with writing():
        connection = db.session.connection()
        connection.execute(
            text("UPDATE thread SET is_for_sale = true, kind = 'sale' WHERE id IN (SELECT thread_id FROM product)")
        )
        if connection.dialect.name == "postgresql":
            for model in (Member, Board, Thread, Post, Product, Offer):
                table = model.__tablename__
                connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
                )
        connection.execute(text("ANALYZE"))
