"""Threads of the demo, and what some of them sell."""

from decimal import Decimal
from functools import partial

from sqlalchemy import select

from core.db import db
from demo import pictures
from demo.community import Goods, Said, Talk, Thanked, goods, groups, talks, thanks_of, weekly_talks
from demo.timeline import Timeline
from demo.town import Town
from forum.members.models import Member
from forum.pictures.commands import keep_picture
from forum.threads import commands as threads
from forum.threads.models import Post
from shop.products import commands as products
from shop.products.models import Offer, Product
from shop.products.rules import Terms
from shop.variants import commands as variants
from shop.variants.rules import Row


def plan(line: Timeline, town: Town) -> None:
    sold = {thing.thread: thing for thing in goods()}
    readers = {group.slug: [group.owner, *group.members] for group in groups()}
    for talk in talks():
        _plan_talk(line, town, talk, sold.get(talk.title))
        for thanked in thanks_of(talk, readers[talk.board]):
            line.at(thanked.ago, partial(_thank, town, talk.title, thanked))


def _start(town: Town, talk: Talk, thing: Goods | None) -> None:
    opening = talk.posts[0]
    author, board = town.member(opening.by), town.board(talk.board)
    body, key = opening.body, None
    if thing:
        picture = keep_picture(author, pictures.picture(thing.title, thing.picture, 800, 600))
        body, key = f"{body}\n\n![{thing.title}]({picture.address})", picture.key
    thread = threads.start(board, author=author, draft=threads.Draft(body, talk.title, talk.kind, tags=talk.tags))
    town.threads[talk.title] = thread.id
    if thing:
        product = products.sell(thread, seller=author, terms=_terms(town, thing, key))
        town.products[thing.title] = product.id
        if thing.axes:
            _in_variants(product, thing, author)


def _in_variants(product: Product, thing: Goods, seller: Member) -> None:
    """As many of each as the thing itself has."""
    axes = [(name, values) for name, values in thing.axes]
    variants.set_axes(product, axes, seller=seller, price=None, each=thing.stock)
    there = db.session.scalars(select(Offer).where(Offer.product_id == product.id, Offer.variant.in_(thing.prices)))
    rows = [Row(offer.id, price=_minor(thing.prices[offer.variant])) for offer in there]
    variants.edit(product, rows, seller=seller)


def _terms(town: Town, thing: Goods, picture_key: str | None) -> Terms:
    return Terms(
        title=thing.title,
        price=_minor(thing.price),
        currency=town.currency,
        stock=thing.stock,
        condition=thing.condition,
        limit_per_member=thing.limit,
        ships=thing.ships,
        shipping=_minor(thing.shipping),
        picks_up=bool(thing.pick_up_place),
        pick_up_place=thing.pick_up_place,
        picture_key=picture_key,
    )


def _minor(price: str) -> int:
    """Hundredths, whatever the site's currency: 24 is 24.00 dollars or 2400 yen, both a price for a spoon."""
    return int(Decimal(price or "0") * 100)


def _reply(town: Town, title: str, said: Said) -> None:
    threads.reply(town.thread(title), author=town.member(said.by), draft=threads.Draft(said.body))


def _thank(town: Town, title: str, thanked: Thanked) -> None:
    post = db.session.scalars(select(Post).filter_by(thread_id=town.threads[title], post_no=thanked.number)).one()
    threads.thank(post, member=town.member(thanked.by))


def plan_more(line: Timeline, town: Town) -> None:
    """For the large demo: threads that came back every week."""
    for talk in weekly_talks():
        _plan_talk(line, town, talk, None)


def _plan_talk(line: Timeline, town: Town, talk: Talk, thing: Goods | None) -> None:
    line.at(talk.posts[0].ago, partial(_start, town, talk, thing))
    for said in talk.posts[1:]:
        line.at(said.ago, partial(_reply, town, talk.title, said))
