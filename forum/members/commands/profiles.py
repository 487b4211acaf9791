"""What members say about themselves, whom they block, and what the operator does with accounts."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from core.db import command, db, fresh
from core.errors import Invalid, Missing, Refused
from core.i18n import _
from core.outbox import announce
from core.text import render_markdown
from forum.members import passwords
from forum.members.addresses import check_email, email_key
from forum.members.commands.accounts import add_member, ask_reset, check_free, set_password
from forum.members.commands.sessions import end_sessions, record
from forum.members.events import MemberChanged
from forum.members.models import Block, Member
from forum.members.names import check_username
from forum.members.queries import member_by_name
from forum.members.rules import check_not_self


@dataclass(frozen=True)
class Profile:
    """`about` is Markdown; `interests` are words with commas between; `language` None means as the browser asks."""

    about: str
    interests: str
    language: str | None
    is_findable: bool


@command
def save_profile(member: Member, profile: Profile) -> Member:
    member = fresh(member)
    member.about, member.about_html = profile.about, render_markdown(profile.about)
    member.interests = ", ".join(dict.fromkeys(word.strip() for word in profile.interests.split(",") if word.strip()))
    member.language, member.is_findable = profile.language, profile.is_findable
    announce(MemberChanged(member.id))
    return member


@command
def set_picture(member: Member, key: str | None) -> None:
    """`key` is a portrait's, or None for none."""
    fresh(member).picture_key = key
    announce(MemberChanged(member.id))


@command
def block(member: Member, other: Member) -> None:
    check_not_self(member, other)
    own = select(Block.id).where(Block.member_id == member.id, Block.blocked_id == other.id)
    if db.session.scalar(own) is None:
        db.session.add(Block(member_id=member.id, blocked_id=other.id))


@command
def unblock(member: Member, other: Member) -> None:
    db.session.execute(delete(Block).where(Block.member_id == member.id, Block.blocked_id == other.id))


def create(username: str, email: str, password: str, role: str = "member") -> Member:
    """An account made by the operator: its address counts as confirmed."""
    name, mail = check_username(username), check_email(email)
    passwords.check_password(password, username=name, email=mail)
    check_free(name, mail)
    return _create(name, mail, passwords.hash_password(password), role)


@command
def _create(name: str, mail: str, password_hash: str, role: str) -> Member:
    member = add_member(name, mail, password_hash)
    member.role, member.email_verified_at = role, member.joined_at
    return member


def give_password(username: str, password: str) -> None:
    member = named(username)
    passwords.check_password(password, username=member.username, email=member.email or "")
    set_password(member, passwords.hash_password(password))


@command
def set_role(username: str, role: str) -> None:
    member = fresh(named(username))
    member.role = role
    record(member.id, f"role_{role}")


@command
def claim(username: str, email: str) -> Member:
    """Give an imported member to a person: the address becomes theirs, and a link to choose a password is sent."""
    member, mail = fresh(named(username)), check_email(email)
    if not member.is_unclaimed:
        raise Refused("claimed", _("%(name)s is somebody's account already.", name=member.username))
    taken = select(Member.id).where(Member.email_key == email_key(mail), Member.id != member.id)
    if db.session.scalar(taken) is not None:
        raise Invalid("email", _("This address is in use already."), "taken")
    member.email, member.email_key = mail, email_key(mail)
    db.session.flush()
    ask_reset(mail)
    return member


@command
def suspend(member: Member) -> None:
    """Access ends at once, in every browser; what was written stays."""
    fresh(member).is_suspended = True
    end_sessions(member.id)
    record(member.id, "suspended")
    announce(MemberChanged(member.id))


@command
def restore(member: Member) -> None:
    fresh(member).is_suspended = False
    record(member.id, "restored")
    announce(MemberChanged(member.id))


def named(username: str) -> Member:
    member = member_by_name(username)
    if member is None:
        raise Missing("missing", _("There is no member %(name)s.", name=username))
    return member
