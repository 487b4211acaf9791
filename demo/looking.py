"""What people of the demo look for, and what its sellers have ready to say."""

from datetime import timedelta
from functools import partial
from typing import Any

from flask import current_app

from demo.community import answers, missed, saved_products, searches
from demo.timeline import Timeline
from demo.town import Town
from search.consumers import engine
from search.demand import commands as demand
from search.demand.rules import topic_of
from search.query import parse
from search.saved import commands as saved
from search.saved import queries, wants
from shop.alerts import commands as alerts
from shop.answers import commands as ready
from shop.products.queries import offer_for

LESSON_LEARNT = timedelta(days=28)  # by then a seller knows what everybody asks


def plan(line: Timeline, town: Town) -> None:
    for kept in searches():
        line.at(timedelta(days=kept.pop("days"), hours=3), partial(_keep, town, kept))
    for asked in missed():
        for number, name in enumerate(asked["people"]):
            ago = timedelta(days=asked["days"], hours=number)
            line.at(ago, partial(_miss, town, name, asked["words"], asked.get("is_nothing", True)))
    for liked in saved_products():
        line.at(timedelta(days=liked["days"]), partial(_like, town, liked["member"], liked["product"]))
    for answer in answers():
        line.at(LESSON_LEARNT, partial(_prepare, town, answer))


def _keep(town: Town, kept: dict[str, Any]) -> None:
    want = wants.understood({name: kept[name] for name in ("q", "in") if name in kept})
    choice = saved.Choice(kept.get("name", ""), kept["tell"])
    saved.save(want, member=town.member(kept["member"]), choice=choice, count=queries.how_often(engine()))


def _miss(town: Town, name: str, words: str, is_nothing: bool) -> None:
    topic = topic_of(parse(words))
    assert topic is not None, words
    secret = current_app.config["SECRET_KEY"]
    demand.count(topic, asker=f"member:{town.members[name]}", secret=secret, is_nothing=is_nothing)


def _like(town: Town, name: str, title: str) -> None:
    member = town.member(name)
    alerts.save(offer_for(member, town.offer_id(title)), member=member)


def _prepare(town: Town, answer: dict[str, Any]) -> None:
    ready.add(town.member(answer["owner"]), answer["title"], answer["body"])
