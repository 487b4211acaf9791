"""The digest: what waited since the last morning, looked at again through the gate, in one notice and one mail."""

from datetime import datetime
from itertools import groupby
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select, update

from core.clock import now
from core.db import command, db
from core.mail import send_mail, site_address, stop_token
from forum.members.models import Member
from forum.members.queries import cut_off_from
from forum.notices.commands import tell
from search import queries as rows
from search.saved import queries, rules, sentences, wants
from search.saved.models import DAILY, SavedMatch, SavedSearch
from search.saved.things import address_of, author_of, name_of
from search.schema import Kind
from search.telling.queries import telling_of

MAILS = "search-digest"
Find = tuple[SavedMatch, str, str]  # what was found, what it is called now, where it is now


@command
def send(member_id: int, until: datetime) -> int:
    """What waits for one member and is older than `until`; how much of it they were told of.

    Everything is marked as told, also what they may not see any more: it does not come back tomorrow.
    """
    member = db.session.get_one(Member, member_id, populate_existing=True)
    waiting = queries.finds_for_digest(member_id, until)
    own = select(SavedSearch.id).where(SavedSearch.member_id == member_id, SavedSearch.tell == DAILY)
    untold = update(SavedMatch).where(SavedMatch.search_id.in_(own), SavedMatch.told_at.is_(None))
    db.session.execute(untold.where(SavedMatch.found_at < until).values(told_at=now()))
    if member.is_suspended or not member.is_verified:
        return 0
    finds = _still_there(member, waiting)
    if not finds:
        return 0
    facts = {"count": len({(match.kind, match.row_id) for match, _, _ in finds})}
    tell([member_id], kind="search-digest", key=f"digest:{until:%Y-%m-%d}", address="/searches", facts=facts)
    if member.email and telling_of(member).digest_mail:
        _mail(member, finds)
    return len(finds)


def _still_there(member: Member, matches: list[SavedMatch]) -> list[Find]:
    """What the member may read at this moment, and is of nobody with whom they are cut off."""
    ids = {kind: {match.row_id for match in matches if match.kind == kind} for kind in Kind}
    posts, products = rows.posts(member, ids[Kind.POST]), rows.products(member, ids[Kind.PRODUCT])
    things: dict[tuple[int, int], Any] = {(Kind.POST, key): post for key, post in posts.items()}
    things |= {(Kind.PRODUCT, key): product for key, product in products.items()}
    if ids[Kind.BOARD]:
        boards = rows.boards_for(member)
        things |= {(Kind.BOARD, key): board for key, board in boards.known.items() if key in boards.readable}
    cut = cut_off_from(member.id, {author_of(thing) for thing in things.values()})
    there = [(match, things.get((match.kind, match.row_id))) for match in matches]
    return [
        (match, name_of(thing), address_of(thing))
        for match, thing in there
        if thing is not None and author_of(thing) not in cut
    ]


def _mail(member: Member, finds: list[Find]) -> None:
    stop = site_address(f"/searches/unsubscribe/{stop_token(MAILS, member.id)}")
    with force_locale(member.language or current_app.config["BABEL_DEFAULT_LOCALE"]):
        parts = [_part(list(found)) for _, found in groupby(finds, key=lambda find: find[0].search_id)]
        subject, body = sentences.digest_mail(member.username, parts, site_address("/searches"), stop)
    send_mail(member.email or "", subject, body, member.id, stop)


def _part(finds: list[Find]) -> str:
    search, shown = finds[0][0].search, finds[: rules.IN_A_MAIL]
    lines = [f"  {name}\n  {site_address(where)}" for _, name, where in shown]
    return sentences.finds_of(search.name, lines, len(finds) - len(shown), site_address(wants.address_of(search.asked)))
