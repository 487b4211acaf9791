"""A seller's canned answers, and what they are filled in with. Nobody else's are ever there."""

from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, exists, false, func, literal, select
from sqlalchemy.orm import aliased

from core.db import db
from core.errors import Missing
from core.money import Money
from forum.members.models import Member
from forum.messages.models import HERE, Conversation, Message, Participant
from forum.threads.models import Post
from shop.answers.models import CannedAnswer
from shop.answers.rules import fill_in
from shop.products.models import Product
from shop.products.queries import visible_products, whole_cards


def answers_of(member: Member) -> list[CannedAnswer]:
    query = select(CannedAnswer).where(CannedAnswer.member_id == member.id)
    return list(db.session.scalars(query.order_by(func.lower(CannedAnswer.title), CannedAnswer.id)))


def answer_for(member: Member, answer_id: int) -> CannedAnswer:
    """The member's own; Missing for any other."""
    found = db.session.scalar(select(CannedAnswer).filter_by(id=answer_id, member_id=member.id))
    if found is None:
        raise Missing
    return found


def tools_columns(member: Any) -> tuple[Any, Any]:
    """Whether the member sells anything now, and their answers in one text (see `tools_in`); for any statement."""
    sells = exists().where(Product.seller_id == member.id, Product.is_open).correlate(None)
    lines = cast(CannedAnswer.id, String) + literal(":") + CannedAnswer.title
    answers = select(func.aggregate_strings(lines, "\n")).where(CannedAnswer.member_id == member.id).correlate(None)
    return sells.label("sells"), answers.scalar_subquery().label("answers")


def tools_in(sells: Any, answers: str | None) -> tuple[bool, list[tuple[int, str]]]:
    """The two columns read: the answers as (id, title), by title. Titles are single lines."""
    pairs = [line.partition(":") for line in (answers or "").splitlines()]
    return bool(sells), sorted(((int(key), title) for key, _colon, title in pairs), key=lambda pair: pair[1].lower())


def tools_of(member: Member) -> tuple[bool, list[tuple[int, str]]]:
    """One statement."""
    return tools_in(*db.session.execute(select(*tools_columns(member))).one())


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
    card = next(iter(whole_cards(visible_products(member).where(is_about(about)))), None)
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
    return participant.state.in_(HERE)


def subject() -> ColumnElement[str]:
    """Of a Conversation in the query: the product or else the post that was talked about last, or where it began."""
    return func.coalesce(_newest("product:"), _newest("post:"), Conversation.source, literal(""))


def _newest(kind: str) -> Any:
    said = select(Message.about).where(Message.conversation_id == Conversation.id, Message.about.startswith(kind))
    return said.order_by(Message.message_no.desc()).limit(1).correlate(Conversation).scalar_subquery()


def subject_of(conversation_id: int) -> str:
    """What a conversation is about, like "product:3" or "post:12". One statement."""
    return db.session.scalar(select(subject()).where(Conversation.id == conversation_id)) or ""


def is_about(subject: str) -> ColumnElement[bool]:
    """A Product in the query is this one, or is sold in this post's thread; nothing else is about a product."""
    kind, _colon, number = subject.partition(":")
    if kind not in ("product", "post") or not (number.isascii() and number.isdigit() and len(number) < 10):
        return false()
    if kind == "product":
        return Product.id == int(number)
    return Product.thread_id == select(Post.thread_id).where(Post.id == int(number)).scalar_subquery()
