"""What has been built so far, by the names that content/ uses."""

from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select

from core.db import db
from forum.boards.models import Board
from forum.members.models import Member
from forum.threads.models import Thread
from shop.products.models import Offer, Product

PASSWORD = "sea-and-sand"


@dataclass
class Town:
    """Ids, because rows are read anew in each moment of the timeline."""

    currency: str
    fee_percent: Decimal
    members: dict[str, int] = field(default_factory=dict)
    boards: dict[str, int] = field(default_factory=dict)
    threads: dict[str, int] = field(default_factory=dict)
    products: dict[str, int] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    bargains: dict[str, int] = field(default_factory=dict)  # the newest link of each

    def member(self, name: str) -> Member:
        return self.by_id(self.members[name])

    def by_id(self, member_id: int) -> Member:
        return db.session.get_one(Member, member_id)

    def board(self, slug: str) -> Board:
        return db.session.get_one(Board, self.boards[slug])

    def thread(self, title: str) -> Thread:
        return db.session.get_one(Thread, self.threads[title])

    def product(self, title: str) -> Product:
        return db.session.get_one(Product, self.products[title])

    def offer_id(self, title: str) -> int:
        return db.session.scalars(select(Offer.id).where(Offer.product_id == self.products[title], Offer.is_lead)).one()
