"""From rows to documents: what the index should hold, read anew from the database each time."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from core.db import db
from core.text import plain_text
from forum.boards.models import Board, Membership
from forum.members.models import Member
from forum.threads.models import Post, Thread
from search import intent
from search.schema import Document, Kind, kind_and_id
from shop.products.models import Offer, Product

CHUNK = 500  # rows a statement
REMARK = 200  # characters of HTML: a later post as short as that may end an offer or a wish
_QUOTE = re.compile(r"(</?blockquote>)")
Rows = Iterator[list[Any]]


def some(keys: Iterable[int]) -> Iterator[Document]:
    """The documents of these keys. A key whose row is gone, deleted or not to be found yields nothing."""
    wanted: dict[Kind, list[int]] = defaultdict(list)
    for key in sorted(keys):
        kind, row_id = kind_and_id(key)
        wanted[kind].append(row_id)
    for kind, ids in wanted.items():
        query, column, make = _sources()[kind]
        for at in range(0, len(ids), CHUNK):
            rows = db.session.execute(query.where(column.in_(ids[at : at + CHUNK]))).all()
            db.session.rollback()
            yield from make(rows)


def every(kinds: Iterable[Kind] = tuple(Kind)) -> Iterator[Document]:
    """All documents, in chunks by key, so that memory and transactions stay small whatever the size."""
    for kind in kinds:
        query, column, make = _sources()[kind]
        last = 0
        while rows := db.session.execute(query.where(column > last).order_by(column).limit(CHUNK)).all():
            db.session.rollback()
            last = rows[-1].id
            yield from make(rows)


def total() -> int:
    """About how many documents there are; one statement."""
    counts = [select(func.count()).select_from(table).scalar_subquery() for table in (Post, Product, Board, Member)]
    return sum(db.session.execute(select(*counts)).one())


def _sources() -> dict[Kind, tuple[Any, Any, Any]]:
    return {
        Kind.POST: (_posts(), Post.id, _post_documents),
        Kind.PRODUCT: (_products(), Product.id, lambda rows: map(_product_document, rows)),
        Kind.BOARD: (_boards(), Board.id, lambda rows: map(_board_document, rows)),
        Kind.MEMBER: (_members(), Member.id, lambda rows: map(_member_document, rows)),
    }


def _posts() -> Any:
    columns = (Post.id, Post.post_no, Post.author_id, Post.html, Post.written_at, Post.thread_id, Post.thank_count)
    of_thread = (Thread.board_id, Thread.title, Thread.post_count, Thread.kind, Thread.tags)
    elsewhere = (Membership.is_findable, Product.is_open)
    theirs = and_(Membership.board_id == Thread.board_id, Membership.member_id == Post.author_id)
    query = select(*columns, *of_thread, *elsewhere).join(Thread, Post.thread_id == Thread.id)
    query = query.outerjoin(Membership, theirs).outerjoin(Product, Product.thread_id == Thread.id)
    return query.where(Post.deleted_at.is_(None), Thread.deleted_at.is_(None))


def _products() -> Any:
    opening = aliased(Post)
    columns = (Product.id, Product.title, Product.seller_id, Product.listed_at, Product.picture_key, Product.thread_id)
    query = select(
        *columns, Product.axes, Product.details, Thread.board_id, Thread.tags, Offer.price, opening.html
    ).join(Thread, Product.thread_id == Thread.id)
    query = query.join(Offer, (Offer.product_id == Product.id) & Offer.is_lead)
    first = and_(opening.thread_id == Thread.id, opening.post_no == 1, opening.deleted_at.is_(None))
    return query.outerjoin(opening, first).where(Product.is_open, Thread.deleted_at.is_(None))


def _boards() -> Any:
    return select(Board.id, Board.name, Board.slug, Board.about)


def _members() -> Any:
    columns = (Member.id, Member.username, Member.about, Member.interests)
    return select(*columns).where(Member.is_findable, ~Member.is_suspended)


def _post_documents(rows: list[Any]) -> Iterator[Document]:
    answers = _answers({row.thread_id for row in rows})
    remarks = _remarks({row.thread_id for row in rows if row.post_no == 1 and row.post_count > 1})
    for row in rows:
        own, quoted = split_quotes(row.html)
        opening = row.post_no == 1
        said = _said(row, own, remarks.get(row.thread_id, ())) if opening else intent.read("", own)
        replies = row.post_count - 1 if opening else answers.get((row.thread_id, row.post_no), 0)
        yield Document(
            kind=Kind.POST,
            id=row.id,
            board_id=row.board_id,
            author_id=row.author_id,
            thread_id=row.thread_id,
            title=row.title if opening else "",
            text=own,
            quoted=quoted,
            at=int(row.written_at.timestamp()),
            replies=rounded(replies),
            thanks=rounded(row.thank_count),
            tags=tuple(row.tags) if opening else (),
            has_picture="<img" in row.html,
            thread_kind=row.kind,
            is_opening=opening,
            wants=said.wants,
            sells=said.sells,
            declines=said.declines,
            speaks=row.is_findable is not False,
        )


def _said(row: Any, own: str, remarks: Iterable[str]) -> intent.Said:
    """What an opening means to do, as far as neither its closed product nor its author's later remarks ended it."""
    over = intent.ended(plain_text(remark) for remark in remarks)
    if row.is_open is not None:  # the product knows better than what anybody wrote
        over = over - {intent.SELLS} if row.is_open else over | {intent.SELLS}
    return intent.read(row.title, own, row.kind, over)


def _remarks(threads: set[int]) -> dict[int, list[str]]:
    """What authors of threads shortly said in them later ("sold, thanks"), in order."""
    query = select(Post.thread_id, Post.html).join(Thread, Post.thread_id == Thread.id)
    query = query.where(Post.thread_id.in_(threads), Post.post_no > 1, Post.author_id == Thread.author_id)
    query = query.where(Post.deleted_at.is_(None), func.length(Post.html) < REMARK).order_by(Post.id)
    found: dict[int, list[str]] = defaultdict(list)
    for thread_id, remark in db.session.execute(query) if threads else ():
        found[thread_id].append(remark)
    db.session.rollback()
    return found


def _answers(threads: set[int]) -> dict[tuple[int, int | None], int]:
    """How many posts answer which post of these threads."""
    query = select(Post.thread_id, Post.reply_to_no, func.count()).group_by(Post.thread_id, Post.reply_to_no)
    query = query.where(Post.thread_id.in_(threads), Post.reply_to_no.is_not(None), Post.deleted_at.is_(None))
    found = {(thread, number): count for thread, number, count in db.session.execute(query)}
    db.session.rollback()
    return found


def rounded(count: int) -> int:
    """0, 1, 2, 4, 8 …: close enough for ranking, so that not every reply changes the document of the opening."""
    return 1 << (count.bit_length() - 1) if count > 0 else 0


def _product_document(row: Any) -> Document:
    own = split_quotes(row.html or "")[0]
    return Document(
        kind=Kind.PRODUCT,
        id=row.id,
        board_id=row.board_id,
        author_id=row.seller_id,
        thread_id=row.thread_id,
        title=row.title,
        text=" ".join([own, *_facts(row)]),
        sells=intent.read(row.title, own, "sale").sells or row.title,
        at=int(row.listed_at.timestamp()),
        price=row.price,
        tags=tuple(row.tags),
        has_picture=row.picture_key is not None,
    )


def _facts(row: Any) -> Iterator[str]:
    """What there is to choose from, and what was answered to its board: "red" finds what also comes in red."""
    for _name, values in row.axes:
        yield from values
    yield from (str(answer) for answer in row.details.values() if answer not in ("yes", "no"))


def _board_document(row: Any) -> Document:
    text = f"{row.slug} {row.about}"
    return Document(kind=Kind.BOARD, id=row.id, board_id=row.id, author_id=0, title=row.name, text=text)


def _member_document(row: Any) -> Document:
    text = f"{row.interests} {row.about}"
    return Document(kind=Kind.MEMBER, id=row.id, board_id=0, author_id=row.id, title=row.username, text=text)


def split_quotes(html: str) -> tuple[str, str]:
    """(own words, quoted words) of a rendered post, as plain text."""
    if "<blockquote>" not in html:
        return plain_text(html), ""
    own: list[str] = []
    quoted: list[str] = []
    depth = 0
    for piece in _QUOTE.split(html):
        if piece == "<blockquote>":
            depth += 1
        elif piece == "</blockquote>":
            depth = max(0, depth - 1)
        else:
            (quoted if depth else own).append(piece)
    return plain_text(" ".join(own)), plain_text(" ".join(quoted))
