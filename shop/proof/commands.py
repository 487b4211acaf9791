"""Counting. Each row is counted as the difference to what it was counted as before, so twice does no harm."""

from typing import Any

from sqlalchemy import delete, func, select, update

from core.db import command, db, rows_changed
from forum.messages.models import SAID, Conversation, Message
from shop.orders.models import OrderLine
from shop.proof.models import COUNTS, KINDS, OF_PRODUCT, AnswerTime, Counted, MemberProof, Partner, ProductProof
from shop.proof.rules import NEWEST_ANSWERS, median_of
from shop.proof.sources import source

Counts = dict[str, int]


@command
def count(kind: str, row_id: int) -> None:
    """Count one order line, feedback, dispute or trade as it is now."""
    found = db.session.execute(source(kind, row_id)).mappings().first()
    before = db.session.get(Counted, (kind, row_id))
    now = {name: int(found[name]) if found else 0 for name in (*COUNTS, "deals")}
    old = {name: getattr(before, name) if before else 0 for name in now}
    change = {name: now[name] - old[name] for name in now}
    if not any(change.values()) or (found is None and before is None):
        return
    row = before or Counted(kind=kind, row_id=row_id, **{name: found[name] for name in _WHO} if found else {})
    for name, value in now.items():
        setattr(row, name, value)
    db.session.add(row)
    db.session.flush()
    _move(row, change)


_WHO = ("member_id", "other_id", "product_id")


@command
def count_order(order_id: int) -> None:
    for line_id in db.session.scalars(select(OrderLine.id).where(OrderLine.order_id == order_id)).all():
        count("line", line_id)


def _move(row: Counted, change: Counts) -> None:
    _add(MemberProof, MemberProof.member_id, row.member_id, {name: change[name] for name in COUNTS})
    if row.product_id is not None:
        _add(ProductProof, ProductProof.product_id, row.product_id, {name: change[name] for name in OF_PRODUCT})
    if row.other_id is not None and change["deals"]:
        for one, other in ((row.member_id, row.other_id), (row.other_id, row.member_id)):
            _meet(one, other, change["deals"])


def _add(table: Any, key: Any, number: int, change: Counts) -> None:
    """Counters move in SQL; a row is made when there is none."""
    moved = {name: getattr(table, name) + step for name, step in change.items() if step}
    if moved and not rows_changed(update(table).where(key == number).values(moved)):
        db.session.add(table(**{key.key: number, **change}))
        db.session.flush()


def _meet(one: int, other: int, step: int) -> None:
    """The number of partners moves when the first deal of two members comes, and when their last one goes."""
    pair = (Partner.member_id == one, Partner.other_id == other)
    query = update(Partner).where(*pair).values(deals=Partner.deals + step).returning(Partner.deals)
    after = db.session.scalar(query.execution_options(synchronize_session=False))
    if after is None:
        after = step
        db.session.add(Partner(member_id=one, other_id=other, deals=step))
        db.session.flush()
    if (after > 0) != (after - step > 0):
        _add(MemberProof, MemberProof.member_id, one, {"partners": 1 if after > 0 else -1})


@command
def count_answer(message_id: int) -> None:
    """If this message answers one that waited: how long that took, and the median anew."""
    message = db.session.get(Message, message_id)
    if message is None or message.kind != SAID:
        return
    asked = _asked(message)
    if asked is None:
        return
    number, written_at = asked
    who = {"conversation_id": message.conversation_id, "member_id": message.author_id, "asked_no": number}
    if db.session.scalar(select(AnswerTime.id).filter_by(**who)) is not None:
        return
    seconds = max(0, int((message.written_at - written_at).total_seconds()))
    db.session.add(AnswerTime(**who, seconds=seconds, answered_at=message.written_at))
    db.session.flush()
    _median_anew(message.author_id)


def _asked(message: Message) -> Any:
    """(number, time) of the first message of the other since the author's last one; conversations of two only."""
    here = (Message.conversation_id == message.conversation_id, Message.message_no < message.message_no)
    own = select(func.coalesce(func.max(Message.message_no), 0)).where(*here, Message.author_id == message.author_id)
    query = select(Message.message_no, Message.written_at)
    query = query.join(Conversation, Conversation.id == Message.conversation_id)
    query = query.where(*here, Message.author_id != message.author_id, Message.kind == SAID)
    query = query.where(Conversation.pair.is_not(None), Message.message_no > own.scalar_subquery())
    return db.session.execute(query.order_by(Message.message_no).limit(1)).first()


def _median_anew(member_id: int) -> None:
    newest = select(AnswerTime.id, AnswerTime.seconds).where(AnswerTime.member_id == member_id)
    rows = db.session.execute(newest.order_by(AnswerTime.id.desc()).limit(NEWEST_ANSWERS)).all()
    old = delete(AnswerTime).where(AnswerTime.member_id == member_id, AnswerTime.id < rows[-1].id)
    db.session.execute(old.execution_options(synchronize_session=False))
    values = {"answers": len(rows), "answer_seconds": median_of([row.seconds for row in rows])}
    if not rows_changed(update(MemberProof).where(MemberProof.member_id == member_id).values(values)):
        db.session.add(MemberProof(member_id=member_id, **values))


@command
def rebuild() -> int:
    """Throw the counters away and count everything anew; answer times are kept. How many rows were counted."""
    for table in (Counted, ProductProof, Partner):
        db.session.execute(delete(table))
    values = dict.fromkeys((*COUNTS, "partners"), 0)
    db.session.execute(update(MemberProof).values(values))
    db.session.expire_all()
    counted = 0
    for kind in KINDS:
        for row_id, *_rest in db.session.execute(source(kind)).all():
            count(kind, row_id)
            counted += 1
    return counted
