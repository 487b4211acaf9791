"""A seller's canned answers, and what they are filled in with. Nobody else's are ever there."""

from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, literal, select
from sqlalchemy.orm import aliased

from core.db import db
from core.errors import Missing
from core.money import Money
from forum.members.models import Member
from forum.messages.models import Conversation, Message, Participant
from shop.answers.models import CannedAnswer
from shop.answers.rules import fill_in
from shop.products.models import Product
from shop.products.queries import products_by_id

PRODUCT = "product:"


def answers_of(member: Member) -> list[CannedAnswer]:
    query = select(CannedAnswer).where(CannedAnswer.member_id == member.id)
    return list(db.session.scalars(query.order_by(func.lower(CannedAnswer.title), CannedAnswer.id)))


def answer_for(member: Member, answer_id: int) -> CannedAnswer:
    """The member's own; Missing for any other."""
    found = db.session.scalar(select(CannedAnswer).filter_by(id=answer_id, member_id=member.id))
    if found is None:
        raise Missing
    return found


def tools_of(member: Member) -> tuple[bool, list[tuple[int, str]]]:
    """Whether the member sells anything now, and their answers as (id, title). One statement for both."""
    sells = exists().where(Product.seller_id == member.id, Product.is_open)
    one = select(sells.label("sells")).subquery()
    query = select(one.c.sells, CannedAnswer.id, CannedAnswer.title)
    query = query.outerjoin_from(one, CannedAnswer, CannedAnswer.member_id == member.id)
    rows = list(db.session.execute(query.order_by(func.lower(CannedAnswer.title), CannedAnswer.id)))
    return bool(rows[0].sells), [(row.id, row.title) for row in rows if row.id is not None]


def filled_answer(member: Member, answer_id: int, conversation_id: int) -> str:
    """The answer as it is said to the other one of a conversation, about what they talk about. Two statements.

    Missing for another's answer and another's conversation. Several others have no one name.
    """
    takes_part = exists().where(
        Participant.conversation_id == Conversation.id, Participant.member_id == member.id, is_here(Participant)
    )
    query = select(CannedAnswer.body, _other_name(member), subject()).join(Conversation, takes_part)
    query = query.where(CannedAnswer.id == answer_id, CannedAnswer.member_id == member.id)
    found = db.session.execute(query.where(Conversation.id == conversation_id)).first()
    if found is None:
        raise Missing
    body, name, about = found
    product_id = product_in(about)
    card = products_by_id(member, [product_id]).get(product_id) if product_id else None
    price = str(Money(card.price, card.currency)) if card else None
    return fill_in(body, {"name": name, "product": card.title if card else None, "price": price})


def _other_name(member: Member) -> Any:
    theirs = aliased(Participant)
    only = case((func.count(Member.id) == 1, func.min(Member.username)))
    query = select(only).join(theirs, theirs.member_id == Member.id)
    query = query.where(theirs.conversation_id == Conversation.id, Member.id != member.id, is_here(theirs))
    return query.correlate(Conversation).scalar_subquery()


def is_here(participant: Any) -> ColumnElement[bool]:
    """Whether this Participant row (or alias) lets its member read the conversation now."""
    return participant.id.is_not(None)


def subject() -> ColumnElement[str]:
    """Of a Conversation in the query: what was talked about last, or what it began with, like "product:3"."""
    said = select(Message.about).where(Message.conversation_id == Conversation.id, Message.about.like(PRODUCT + "%"))
    newest = said.order_by(Message.message_no.desc()).limit(1).correlate(Conversation).scalar_subquery()
    return func.coalesce(newest, Conversation.source, literal(""))


def subject_of(conversation_id: int) -> int | None:
    """The id of the product that a conversation is about. One statement."""
    return product_in(db.session.scalar(select(subject()).where(Conversation.id == conversation_id)))


def product_in(about: str | None) -> int | None:
    """3 for "product:3"; None for what names no product."""
    kind, _colon, number = (about or "").partition(":")
    is_one = kind == "product" and number.isascii() and number.isdigit() and len(number) < 10
    return int(number) if is_one else None
