"""What keeps and removes pictures. Decoding takes a while, so it happens before the transaction."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import and_, delete, or_, select, update

from core.clock import now
from core.db import command, db
from core.storage import storage
from forum.members.models import Member
from forum.pictures.encoding import Encoded, encode, encode_portrait
from forum.pictures.models import Picture, storage_key
from forum.pictures.queries import hangs_elsewhere

UNUSED_FOR = timedelta(days=2)


def keep_picture(owner: Member, content: bytes, filename: str = "", *, is_portrait: bool = False) -> Picture:
    """Re-encode and store an upload; until a post or a message takes it, only its owner sees it.

    Call it outside of commands.

    Invalid("picture", sentence) for what is not a picture, too large or damaged.
    """
    made = encode_portrait(content, filename) if is_portrait else encode(content, filename)
    key = secrets.token_hex(16)
    for size, body in made.files.items():
        storage().put(storage_key(key, size), body)
    return _record(owner, key, made, is_portrait)


@command
def _record(owner: Member, key: str, made: Encoded, is_portrait: bool) -> Picture:
    row = Picture(key=key, owner_id=owner.id, width=made.width, height=made.height, is_portrait=is_portrait)
    row.bytes = sum(map(len, made.files.values()))
    db.session.add(row)
    db.session.flush()
    return row


@command
def attach(owner_id: int, addresses: Iterable[str], post_id: int, board_id: int) -> None:
    """Hang the owner's own, still free pictures ("/pictures/<key>") on a post: its board's readers see them now."""
    keys = [address.split("/")[2] for address in addresses if address.startswith("/pictures/")]
    _hang(owner_id, keys, post_id=post_id, board_id=board_id)


@command
def attach_to_message(owner_id: int, keys: Iterable[str], message_id: int) -> None:
    """The same for a message: who reads it sees them now, and nobody else."""
    _hang(owner_id, keys, message_id=message_id)


def _hang(owner_id: int, keys: Iterable[str], **place: int) -> None:
    free = (Picture.owner_id == owner_id, Picture.post_id.is_(None), Picture.message_id.is_(None))
    query = update(Picture).where(Picture.key.in_(list(keys)), *free, ~Picture.is_portrait)
    db.session.execute(query.values(place))


def sweep() -> int:
    """Remove uploads that no post or message took and portraits nobody wears. Returns how many."""
    worn = select(Member.picture_key).where(Member.picture_key == Picture.key).exists()
    hangs_nowhere = and_(Picture.post_id.is_(None), Picture.message_id.is_(None), ~hangs_elsewhere())
    loose = (hangs_nowhere, Picture.uploaded_at < now() - UNUSED_FOR, or_(~Picture.is_portrait, ~worn))
    keys = list(db.session.scalars(select(Picture.key).where(*loose).limit(500)))
    for key in _forget(keys, *loose):
        for size in ("large", "thumb", "portrait"):
            storage().delete(storage_key(key, size))
    return len(keys)


@command
def _forget(keys: list[str], *loose: object) -> list[str]:
    """The rows first: a file without a row is never served, a row without a file would be a broken picture."""
    query = delete(Picture).where(Picture.key.in_(keys), *loose).returning(Picture.key)  # type: ignore[arg-type]
    return list(db.session.scalars(query.execution_options(synchronize_session=False)))
