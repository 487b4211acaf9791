"""What changes an address book. One of a member's addresses is the default, as long as there is any."""

from sqlalchemy import delete, func, select, update

from core.db import command, db, fresh
from forum.members.models import Member
from shop.addresses import rules
from shop.addresses.models import Address
from shop.addresses.queries import address_of
from shop.addresses.rules import AddressParts


@command
def add(owner: Member, parts: AddressParts, *, is_default: bool = False) -> Address:
    """The same one twice is one. Invalid at the field, Refused `too_many_addresses`."""
    owner, parts = fresh(owner), rules.checked(parts)  # one at a time, so that count and default hold
    there = db.session.scalar(select(Address).filter_by(member_id=owner.id, **vars(parts)))
    if there is None:
        count = db.session.scalar(select(func.count()).where(Address.member_id == owner.id)) or 0
        rules.check_count(count)
        there = Address(member_id=owner.id, **vars(parts))
        db.session.add(there)
        db.session.flush()
        is_default = is_default or not count
    if is_default:
        _make_default(there)
    return there


@command
def change(owner: Member, address_id: int, parts: AddressParts, *, is_default: bool = False) -> Address:
    owner, parts = fresh(owner), rules.checked(parts)
    row = address_of(owner.id, address_id)
    for name, value in vars(parts).items():
        setattr(row, name, value)
    db.session.flush()
    if is_default:
        _make_default(row)
    return row


@command
def make_default(owner: Member, address_id: int) -> None:
    owner = fresh(owner)
    _make_default(address_of(owner.id, address_id))


@command
def remove(owner: Member, address_id: int) -> None:
    """Gone already is gone; the oldest of the rest takes its place as the default."""
    owner = fresh(owner)
    mine = select(Address).where(Address.member_id == owner.id)
    row = db.session.scalar(mine.where(Address.id == address_id))
    if row is None:
        return
    was_default = row.is_default
    db.session.delete(row)
    db.session.flush()
    rest = db.session.scalar(mine.order_by(Address.id).limit(1))
    if was_default and rest is not None:
        _make_default(rest)


@command
def erase(member_id: int) -> None:
    """With the account."""
    db.session.execute(delete(Address).where(Address.member_id == member_id))


def _make_default(row: Address) -> None:
    """In two steps: there is never a moment with two."""
    others = (Address.member_id == row.member_id, Address.id != row.id, Address.is_default)
    db.session.execute(update(Address).where(*others).values(is_default=False))
    row.is_default = True
    db.session.flush()
