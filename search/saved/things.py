"""The rows that documents stand for: what they are called, where they are, whose they are."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from forum.boards.models import Board
from forum.threads.models import Post
from search.schema import Document, Kind
from shop.products.models import Product


def thing_of(document: Document) -> Post | Product | Board | None:
    """The row, with its thread if it has one."""
    if document.kind == Kind.POST:
        return db.session.scalar(select(Post).where(Post.id == document.id).options(joinedload(Post.thread)))
    if document.kind == Kind.PRODUCT:
        return db.session.scalar(select(Product).where(Product.id == document.id).options(joinedload(Product.thread)))
    return db.session.get(Board, document.id)


def address_of(thing: Any) -> str:
    if isinstance(thing, Post):
        return thing.thread.address_of(thing.post_no)
    return thing.address if isinstance(thing, Product) else f"/b/{thing.slug}"


def name_of(thing: Any) -> str:
    if isinstance(thing, Post):
        return thing.thread.title
    return thing.title if isinstance(thing, Product) else thing.name


def author_of(thing: Any) -> int:
    """The member's id; 0 for a board, which is nobody's."""
    if isinstance(thing, Post):
        return thing.author_id
    return thing.seller_id if isinstance(thing, Product) else 0
