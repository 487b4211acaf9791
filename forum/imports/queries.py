"""What of an import is here already."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import select

from core.db import db
from forum.members.models import Member
from forum.threads.models import ImportedPost, Post

AT_ONCE = 500  # values in one IN list


def known_sources(sources: Iterable[str]) -> dict[str, tuple[int, int]]:
    """(thread id, post_no) of each source that was imported before."""
    query = select(ImportedPost.source, Post.thread_id, Post.post_no).join(Post, Post.id == ImportedPost.post_id)
    return {
        source: (thread_id, post_no)
        for part in _parts(sources)
        for source, thread_id, post_no in db.session.execute(query.where(ImportedPost.source.in_(part)))
    }


def known_writers(keys: Iterable[str]) -> dict[str, int]:
    """Member ids by the hashed key they were imported with."""
    query = select(Member.imported_from, Member.id)
    return {
        key: member_id
        for part in _parts(keys)
        for key, member_id in db.session.execute(query.where(Member.imported_from.in_(part)))
        if key
    }


def hashed(writer_key: str) -> str:
    """What is kept of a writer's key: enough to know them again, not an address to write to."""
    kind, _, name = writer_key.partition(":")
    return f"{kind}:{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def _parts(values: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(sorted(set(values)))
    while part := list(islice(remaining, AT_ONCE)):
        yield part
