"""Proof as pages show it, and the check of all of it. Nothing here writes.

The numbers are the same for everyone; the words of reviews go through the gate of their thread.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, literal, select, union_all
from sqlalchemy.orm import aliased, contains_eager

from core.clock import now
from core.db import UTCDateTime, db
from core.i18n import _
from forum.members.models import Member
from forum.threads.models import Thread
from shop.feedback.models import BUYER, Feedback
from shop.feedback.queries import FEW, Summary, shown
from shop.products.models import Product
from shop.proof.models import COUNTS, KINDS, OF_PRODUCT, AnswerTime, MemberProof, ProductProof
from shop.proof.rules import NEWEST_ANSWERS, Proof, median_of
from shop.proof.sources import source

_MOMENT = bindparam("moment", type_=UTCDateTime())
FIELDS = (*COUNTS, "partners", "answers", "answer_seconds")


@dataclass(frozen=True)
class Panel:
    """Of a seller, and of a product where one is looked at. `since`: how long the account has been here."""

    seller: Proof
    product: Proof | None
    since: datetime


def panel_of_product(thread: Thread) -> tuple[Panel | None, list[Feedback]]:
    """The panel of what a readable thread sells, and its newest reviews with their authors. One statement."""
    rows = db.session.execute(_product_query(), {"thread": thread.id, "moment": now()}).all()
    if not rows:
        return None, []
    of_member, of_product, since = rows[0][:3]
    return Panel(_proof(of_member), _proof(of_product), since), [row[3] for row in rows if row[3] is not None]


@cache
def _product_query() -> Any:
    author = aliased(Member)
    said = and_(Feedback.product_id == Product.id, Feedback.side == BUYER, shown(_MOMENT))
    query = select(MemberProof, ProductProof, Member.joined_at, Feedback).select_from(Product)
    query = query.join(Member, Member.id == Product.seller_id)
    query = query.outerjoin(MemberProof, MemberProof.member_id == Product.seller_id)
    query = query.outerjoin(ProductProof, ProductProof.product_id == Product.id).outerjoin(Feedback, said)
    query = query.outerjoin(author, author.id == Feedback.author_id).where(Product.thread_id == bindparam("thread"))
    query = query.options(contains_eager(Feedback.author.of_type(author)))
    return query.order_by(Feedback.id.desc()).limit(FEW)


def panel_of_member(member: Member) -> tuple[Panel, Summary]:
    """The panel of a member's page, and the stars of all that was said of them. One statement."""
    own = (Feedback.about_id == member.id, shown(), Feedback.removed_at.is_(None))
    count = select(func.count()).where(*own).scalar_subquery()
    stars = select(func.sum(Feedback.stars)).where(*own).scalar_subquery()
    query = select(count, stars, MemberProof).select_from(Member)
    query = query.outerjoin(MemberProof, MemberProof.member_id == Member.id).where(Member.id == member.id)
    number, total, proof = db.session.execute(query).one()
    return Panel(_proof(proof), None, member.joined_at), Summary(int(number or 0), int(total or 0))


def _proof(row: Any) -> Proof:
    if row is None:
        return Proof()
    return Proof(**{name: getattr(row, name) for name in FIELDS if hasattr(row, name)})


def verify() -> Iterator[str]:
    """A sentence for each number that is not what its sources make."""
    yield from _wrong(MemberProof, "member_id", COUNTS)
    yield from _wrong(ProductProof, "product_id", OF_PRODUCT)
    yield from _wrong_partners()
    yield from _wrong_answers()


def _all() -> Any:
    return union_all(*(source(kind) for kind in KINDS)).subquery()


def _wrong(table: Any, key: str, names: tuple[str, ...]) -> Iterator[str]:
    """What is stored against what the sources sum to, both in one statement."""
    everything, stored = _all(), table.__table__
    made = select(everything.c[key].label("key"), *(everything.c[name] for name in names))
    made = made.where(everything.c[key].is_not(None))
    there = select(stored.c[key].label("key"), *((-stored.c[name]).label(name) for name in names))
    parts = union_all(made, there).subquery()
    sums = [func.sum(parts.c[name]) for name in names]
    query: Select[Any] = select(parts.c.key, *sums).group_by(parts.c.key).order_by(parts.c.key)
    for number, *rest in db.session.execute(query):
        for name, difference in zip(names, rest, strict=True):
            if difference:
                said = {"table": stored.name, "id": number, "name": name, "difference": int(-difference)}
                yield _("%(table)s %(id)s: %(name)s is off by %(difference)s.", **said)


def _wrong_partners() -> Iterator[str]:
    everything = _all()
    met = select(everything.c.member_id.label("one"), everything.c.other_id.label("other"), everything.c.deals)
    back = select(everything.c.other_id, everything.c.member_id, everything.c.deals)
    both = union_all(met.where(everything.c.other_id.is_not(None)), back.where(everything.c.other_id.is_not(None)))
    pairs = both.subquery()
    known = select(pairs.c.one).group_by(pairs.c.one, pairs.c.other).having(func.sum(pairs.c.deals) > 0).subquery()
    made = select(known.c.one.label("key"), literal(1).label("partners"))
    stored = select(MemberProof.member_id, -MemberProof.partners)
    parts = union_all(made, stored).subquery()
    query = select(parts.c.key, func.sum(parts.c.partners)).group_by(parts.c.key)
    for number, difference in db.session.execute(query.having(func.sum(parts.c.partners) != 0)):
        said = {"table": "member_proof", "id": number, "name": "partners", "difference": int(-difference)}
        yield _("%(table)s %(id)s: %(name)s is off by %(difference)s.", **said)


def _wrong_answers() -> Iterator[str]:
    """The stored median against the answer times it is of."""
    for proof in db.session.scalars(select(MemberProof).order_by(MemberProof.member_id)):
        times = select(AnswerTime.seconds).where(AnswerTime.member_id == proof.member_id)
        seconds = list(db.session.scalars(times.order_by(AnswerTime.id.desc()).limit(NEWEST_ANSWERS)))
        if (len(seconds), median_of(seconds)) != (proof.answers, proof.answer_seconds):
            yield _("The answer time of member %(id)s is not the median of their answers.", id=proof.member_id)


def size() -> tuple[int, int]:
    """How many members and products have proof."""
    members = select(func.count()).select_from(MemberProof).scalar_subquery()
    products = select(func.count()).select_from(ProductProof).scalar_subquery()
    return tuple(db.session.execute(select(members, products)).one())  # type: ignore[return-value]
