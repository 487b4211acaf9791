"""Joining, mail addresses, passwords."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, or_, select

from core.clock import now
from core.db import command, db, fresh, rows_changed
from core.errors import Invalid, NotAllowed, Refused
from core.i18n import _
from core.mail import send_mail, site_address
from core.outbox import announce
from forum.members import mails, passwords
from forum.members.addresses import check_email, email_key
from forum.members.auth import hash_token
from forum.members.commands.sessions import Caller, confirm, end_sessions, open_session, record
from forum.members.events import MemberChanged, MemberJoined, ResetAsked
from forum.members.models import Member, Token
from forum.members.names import check_username, name_key
from forum.members.queries import token_for

VERIFY, CHANGE, RESET = "verify", "change", "reset"
LASTS = {VERIFY: timedelta(days=2), CHANGE: timedelta(days=2), RESET: timedelta(minutes=60)}


def join(username: str, email: str, password: str, caller: Caller) -> tuple[Member, str]:
    """A new member, their address not confirmed yet, and the token of their first session."""
    name, mail = check_username(username), check_email(email)
    passwords.check_password(password, username=name, email=mail)
    check_free(name, mail)
    return _join(name, mail, passwords.hash_password(password), caller)


@command
def _join(name: str, mail: str, password_hash: str, caller: Caller) -> tuple[Member, str]:
    member = add_member(name, mail, password_hash)
    ask_verification(member)
    return member, open_session(member, caller, "joined")


def add_member(name: str, mail: str, password_hash: str) -> Member:
    """Inside a command: the row, or Invalid if another one was faster."""
    check_free(name, mail)
    member = Member(username=name, username_lower=name.lower(), name_key=name_key(name), password_hash=password_hash)
    member.email, member.email_key = mail, email_key(mail)
    db.session.add(member)
    db.session.flush()
    announce(MemberJoined(member.id))
    return member


def check_free(name: str, mail: str) -> None:
    """Invalid at the field if the name, one that looks like it, or the address is taken. One statement."""
    same = or_(
        Member.username_lower == name.lower(), Member.name_key == name_key(name), Member.email_key == email_key(mail)
    )
    for other in db.session.scalars(select(Member).where(same)):
        if other.username_lower == name.lower():
            raise Invalid("username", _("This name is taken."), "taken")
        if other.name_key == name_key(name):
            raise Invalid("username", _("This name looks too much like %(other)s.", other=other.username), "look_alike")
        raise Invalid(
            "email", _("There is an account with this address already. Sign in, or reset its password."), "taken"
        )


@command
def ask_verification(member: Member) -> None:
    """Send the link that confirms the member's present address."""
    if member.is_verified or not member.email:
        raise Refused("verified", _("Your mail address is confirmed already."))
    link = site_address(f"/verify?token={_issue(member, VERIFY, member.email)}")
    send_mail(member.email, *mails.verification(member.username, link), member.id)


@command
def ask_email_change(member: Member, email: str) -> None:
    """Send a link to the new address; the old one counts until it is opened."""
    mail = check_email(email)
    taken = select(Member.id).where(Member.email_key == email_key(mail))
    if db.session.scalar(taken) is not None:
        raise Invalid("email", _("This address is in use already."), "taken")
    link = site_address(f"/verify?token={_issue(member, CHANGE, mail)}")
    send_mail(mail, *mails.verification(member.username, link), member.id)
    record(member.id, "email_change_asked")


@command
def verify(token: str) -> Member:
    """Take the link's token: the address it was sent to is the member's, and confirmed."""
    row, member = _take(token, VERIFY, CHANGE)
    if row.purpose == VERIFY and row.email != member.email:
        raise _spent()
    if row.purpose == CHANGE:
        if member.email and member.is_verified:
            send_mail(member.email, *mails.email_changed(member.username, row.email), member.id)
        member.email, member.email_key = row.email, email_key(row.email)
        _check_still_free(member)
    member.email_verified_at = now()
    record(member.id, "email_confirmed")
    announce(MemberChanged(member.id))
    return member


def _check_still_free(member: Member) -> None:
    with db.session.no_autoflush:
        others = select(Member.id).where(Member.email_key == member.email_key, Member.id != member.id)
        if db.session.scalar(others) is not None:
            raise Refused("taken", _("This address is in use already."))


@command
def ask_reset(login: str) -> None:
    """The same work whether the account exists or not: the worker looks it up and writes the mail."""
    announce(ResetAsked(login.strip()[:300]))


@command
def send_reset(member: Member) -> None:
    """Nothing for who has no address or is suspended."""
    if not member.email or member.is_suspended:
        return
    link = site_address(f"/reset/new?token={_issue(member, RESET, member.email)}")
    letter = mails.claim if member.is_unclaimed else mails.reset
    send_mail(member.email, *letter(member.username, link), member.id)


def reset(token: str, password: str) -> Member:
    """A new password by the mailed token, which works once; every session of the member ends."""
    row = token_for(token, RESET)
    member = db.session.get(Member, row.member_id) if row else None
    if row is None or member is None:
        raise _spent()
    passwords.check_password(password, username=member.username, email=row.email)
    return _reset(token, passwords.hash_password(password))


@command
def _reset(token: str, password_hash: str) -> Member:
    row, member = _take(token, RESET)
    if row.email != member.email:
        raise _spent()
    member.password_hash = password_hash
    member.email_verified_at = member.email_verified_at or now()
    _end_links(member.id)
    end_sessions(member.id)
    record(member.id, "password_reset")
    send_mail(row.email, *mails.password_changed(member.username), member.id)
    announce(MemberChanged(member.id))
    return member


def change_password(member: Member, old: str, new: str, caller: Caller) -> None:
    """With the old one. Other sessions end, and no link that was mailed before works any more."""
    passwords.check_password(new, "new_password", username=member.username, email=member.email or "")
    confirm(member, old, caller)
    set_password(member, passwords.hash_password(new), keep=member.sign_in_token)


@command
def set_password(member: Member, password_hash: str, keep: str = "") -> None:
    fresh(member).password_hash = password_hash
    _end_links(member.id)
    end_sessions(member.id, but=keep)
    record(member.id, "password_changed")
    if member.email and member.is_verified:
        send_mail(member.email, *mails.password_changed(member.username), member.id)


def _end_links(member_id: int) -> None:
    """Whoever asked for them may have known the old password; a link to another address would be their way back."""
    db.session.execute(delete(Token).where(Token.member_id == member_id, Token.purpose.in_((RESET, CHANGE))))


def _issue(member: Member, purpose: str, email: str) -> str:
    """A new token; older ones of its purpose stop working. Only its hash is kept."""
    token = secrets.token_urlsafe(32)
    db.session.execute(delete(Token).where(Token.member_id == member.id, Token.purpose == purpose))
    row = Token(member_id=member.id, token_hash=hash_token(token), purpose=purpose, email=email)
    row.expires_at = now() + LASTS[purpose]
    db.session.add(row)
    return token


def _take(token: str, *purposes: str) -> tuple[Token, Member]:
    """The token's row, gone from the table, and its member, locked. A second taker finds nothing."""
    row = token_for(token, *purposes)
    if row is None or not rows_changed(delete(Token).where(Token.id == row.id)):
        raise _spent()
    member = fresh(db.session.get_one(Member, row.member_id))
    if member.is_suspended:
        raise NotAllowed("suspended", _("This account is suspended."))
    return row, member


def _spent() -> Refused:
    return Refused("token_spent", _("This link was used before, is too old, or a newer one was sent."))
