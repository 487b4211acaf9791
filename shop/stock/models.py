"""Stock and holds. The database itself refuses an oversell: held + sold never exceed what was supplied."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model
from forum.members.models import Member

ACTIVE, SOLD, RELEASED, EXPIRED = "active", "sold", "released", "expired"


NORMAL, TESTER, FLASH, GROUP = POOLS = ("normal", "tester", "flash", "group")
POOL_KNOWN = "pool in ('normal', 'tester', 'flash', 'group')"


class Spot(NamedTuple):
    """Where units are: in which pool of an offer, at which place; None is "at hand", no place named."""

    offer_id: int
    pool: str = NORMAL
    place_id: int | None = None


class Counters:
    """Units of one offer in one pool: supplied = held + sold + free; on hand = supplied - sold.

    `held` counts holds not yet released, taken or swept; `damaged` is there too, but not to be sold; `placed` is what
    of the units on hand lies at a named place (the sum of their shelves).
    """

    supplied: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    sold: Mapped[int] = mapped_column(default=0)
    damaged: Mapped[int] = mapped_column(default=0, server_default="0")
    placed: Mapped[int] = mapped_column(default=0, server_default="0")
    low_at: Mapped[int | None]  # so few on hand, and the seller is told

    @property
    def free(self) -> int:
        return self.supplied - self.held - self.sold

    @property
    def on_hand(self) -> int:
        return self.supplied - self.sold


def _guards() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("held >= 0 and sold >= 0 and supplied >= 0", name="not_negative"),
        CheckConstraint("held + sold <= supplied", name="not_oversold"),
        CheckConstraint("damaged >= 0 and placed >= 0 and placed + sold <= supplied", name="on_hand"),
    )


class Stock(Counters, Model):
    """The normal pool, from which everybody buys; each offer has it. Its row is the offer's lock."""

    __tablename__ = "stock"
    __table_args__ = _guards()

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True, autoincrement=False)
    is_limited: Mapped[bool] = mapped_column(default=False, server_default=text("false"))  # has rows in stock_limit


class PoolStock(Counters, Model):
    """What an offer keeps apart for testers, a flash sale, a group: it is not in the shop window."""

    __tablename__ = "pool_stock"
    __table_args__ = (*_guards(), CheckConstraint("pool in ('tester', 'flash', 'group')", name="pool"))

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True, autoincrement=False)
    pool: Mapped[str] = mapped_column(primary_key=True)


class Hold(Model):
    """Stock set aside until a time. It leaves `active` exactly once: sold, released or expired."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("returned >= 0 and returned <= quantity", name="returned"),
        CheckConstraint("state in ('active', 'sold', 'released', 'expired')", name="state"),
        CheckConstraint(POOL_KNOWN, name="pool"),
        Index("ix_hold_offer_id_state_expires_at", "offer_id", "state", "expires_at"),
        Index("ix_hold_member_id_state", "member_id", "state"),
        Index(
            "ix_hold_expires_at_active",
            "expires_at",
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    pool: Mapped[str] = mapped_column(default=NORMAL, server_default=NORMAL)
    quantity: Mapped[int]
    returned: Mapped[int] = mapped_column(default=0)  # of a sold hold: what went back into stock
    state: Mapped[str] = mapped_column(default=ACTIVE)
    expires_at: Mapped[datetime]
    held_at: Mapped[datetime] = mapped_column(default=now)


class Allowance(Model):
    """How many a member holds or has bought of an offer, less what went back; the limit is in the UPDATE's guard."""

    __tablename__ = "allowance"
    __table_args__ = (CheckConstraint("taken >= 0", name="taken"),)

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True, autoincrement=False)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    taken: Mapped[int] = mapped_column(default=0)


class Place(Model):
    """Where a seller keeps things. Sales leave from what is at hand first, then from the places in this order."""

    __tablename__ = "stock_place"
    __table_args__ = (Index("uq_stock_place_seller_id_name", "seller_id", "name", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    name: Mapped[str]


class Shelf(Model):
    """How many sellable units of a pool lie at a place, the held ones included."""

    __tablename__ = "shelf"
    __table_args__ = (CheckConstraint("on_hand >= 0", name="on_hand"), CheckConstraint(POOL_KNOWN, name="pool"))

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True, autoincrement=False)
    pool: Mapped[str] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("stock_place.id"), primary_key=True, autoincrement=False)
    on_hand: Mapped[int] = mapped_column(default=0)


class Movement(Model):
    """What changed a pool's counters, by how much, and why. Rows are added, never changed or removed.

    `key` makes a form that is sent twice harmless. Holding moves nothing: holds are rows of their own.
    """

    __tablename__ = "stock_movement"
    __table_args__ = (
        CheckConstraint("supplied != 0 or sold != 0 or damaged != 0", name="moves"),
        CheckConstraint(POOL_KNOWN, name="pool"),
        Index("ix_stock_movement_offer_id_id", "offer_id", "id"),
        Index("ix_stock_movement_hold_id", "hold_id"),
        Index("uq_stock_movement_key", "offer_id", "key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    pool: Mapped[str] = mapped_column(default=NORMAL)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("stock_place.id"))
    kind: Mapped[str]  # opening, received, recounted, damaged, mended, discarded, moved, sold, returned
    supplied: Mapped[int] = mapped_column(default=0)
    sold: Mapped[int] = mapped_column(default=0)
    damaged: Mapped[int] = mapped_column(default=0)
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    reason: Mapped[str] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(default="")  # "order:A1B2"
    key: Mapped[str | None]
    moved_at: Mapped[datetime] = mapped_column(default=now)

    actor: Mapped[Member | None] = relationship(lazy="raise")


class Limit(Model):
    """At most so many of an offer for one member or one delivery address, ever or in each period of so many days."""

    __tablename__ = "stock_limit"
    __table_args__ = (
        CheckConstraint("scope in ('member', 'address')", name="scope"),
        CheckConstraint("most > 0 and days >= 0", name="sensible"),
        Index("uq_stock_limit_offer_id", "offer_id", "scope", "days", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    scope: Mapped[str]
    days: Mapped[int] = mapped_column(default=0)  # 0: for ever
    most: Mapped[int]
    since: Mapped[datetime] = mapped_column(default=now)  # periods are counted from here


class Quota(Model):
    """What one member (their id) or address (its hash) took in one period of a limit; the guard is in the UPDATE."""

    __tablename__ = "quota"
    __table_args__ = (CheckConstraint("taken >= 0", name="taken"),)

    limit_id: Mapped[int] = mapped_column(ForeignKey("stock_limit.id"), primary_key=True, autoincrement=False)
    who: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    taken: Mapped[int] = mapped_column(default=0)


class HoldQuota(Model):
    """Which quotas a hold counts in, so that they get back what it gives back."""

    __tablename__ = "hold_quota"

    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), primary_key=True, autoincrement=False)
    limit_id: Mapped[int] = mapped_column(ForeignKey("stock_limit.id"), primary_key=True, autoincrement=False)
    who: Mapped[str]
    period: Mapped[int]


IMMUTABLE_SQLITE = [
    f"CREATE TRIGGER stock_movement_no_{verb} BEFORE {verb.upper()} ON stock_movement "
    "BEGIN SELECT RAISE(ABORT, 'movements are immutable'); END"
    for verb in ("update", "delete")
]
IMMUTABLE_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION stock_movement_immutable() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'movements are immutable'; END $$",
    "CREATE TRIGGER stock_movement_immutable BEFORE UPDATE OR DELETE ON stock_movement "
    "FOR EACH ROW EXECUTE FUNCTION stock_movement_immutable()",
]
for dialect, statements in (("sqlite", IMMUTABLE_SQLITE), ("postgresql", IMMUTABLE_POSTGRESQL)):
    for statement in statements:
        event.listen(Movement.__table__, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect=dialect))
