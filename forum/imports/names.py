"""Usernames for people who come from elsewhere: like their names, valid here, and taken by nobody."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count

from sqlalchemy import or_, select

from core.db import db
from core.errors import Invalid
from forum.members.models import Member
from forum.members.names import LONGEST_NAME, SEPARATORS, check_username, is_allowed, name_key

NOBODY = "member"
LONGEST_NUMBER = 7  # digits that may be added to a name


@dataclass(frozen=True, slots=True)
class Name:
    shown: str
    lower: str
    key: str


def free_names(wanted: Iterable[str]) -> list[Name]:
    """A free name for each, all different. The caller holds the write lock until they are taken."""
    given: set[str] = set()
    found = []
    for name in wanted:
        free = (one for one in candidates(name) if not given & {one.key, one.lower} and _is_free(one))
        chosen = next(free)
        given |= {chosen.key, chosen.lower}
        found.append(chosen)
    return found


def candidates(name: str) -> Iterator[Name]:
    """Valid names like this one, without end: "Ann (very) Miller" gives Ann.very.Miller, Ann.very.Miller2, …"""
    words = "".join(sign if is_allowed(sign) else " " for sign in unicodedata.normalize("NFKC", name))
    for sign in SEPARATORS:
        words = words.replace(sign, " ")
    bases = [_cut(".".join(words.split())), _cut(".".join([NOBODY, *words.split()])), NOBODY]
    base = next(filter(_is_valid, bases))
    for shown in chain([base], (f"{base}{number}" for number in count(2))):
        yield Name(shown, shown.lower(), name_key(shown))


def _cut(name: str) -> str:
    return name[: LONGEST_NAME - LONGEST_NUMBER].rstrip(SEPARATORS)


def _is_valid(name: str) -> bool:
    """Whether the name will do. Bare `member` is kept for the site, its numbers are not."""
    try:
        return name == NOBODY or bool(check_username(name))
    except Invalid:
        return False


def _is_free(name: Name) -> bool:
    taken = select(Member.id).where(or_(Member.username_lower == name.lower, Member.name_key == name.key))
    return name.lower != NOBODY and db.session.scalar(taken) is None
