"""Signing in and out. A session is a row; ending the row ends the access, whatever cookies still exist."""

import secrets
from dataclasses import dataclass

import structlog
from sqlalchemy import delete, update

from core.clock import now
from core.db import command, db, rows_changed
from core.errors import Invalid, NotAllowed
from core.i18n import _
from core.limits import check_limit, limit
from core.live import SESSIONS, signal
from forum.members import devices, passwords
from forum.members.auth import SESSION_LENGTH, hash_token
from forum.members.models import Member, SecurityEvent, SignIn
from forum.members.queries import member_by_login

log = structlog.get_logger()


@dataclass(frozen=True)
class Caller:
    """Where a request comes from: address, browser, and the mark of an earlier sign-in in it."""

    address: str = ""
    agent: str = ""
    device: str = ""


def sign_in(login: str, password: str, caller: Caller) -> tuple[Member, str]:
    """The member and a new session's token; Invalid, in the same time, for a wrong password and for an unknown name."""
    found = member_by_login(login.strip())
    _check_password(found, login, password, caller)
    assert found is not None
    if found.is_suspended:
        raise NotAllowed("suspended", _("This account is suspended."))
    return found, open_session(found, caller)


def confirm(member: Member, password: str, caller: Caller) -> None:
    """The password typed again in a session; opens what asks for it for some minutes."""
    _check_password(member, member.username, password, caller)
    _confirmed(member.sign_in_token)


def _check_password(found: Member | None, login: str, password: str, caller: Caller) -> None:
    """Only wrong passwords are counted; a browser known to the member has a count of its own."""
    browser = devices.known(caller.device, found)
    strangers = [
        ("sign-in", "name", login.strip().casefold()),
        ("sign-in", "address", caller.address),
        ("sign-in-all",),
    ]
    counted: list[tuple[str, ...]] = [("sign-in", "device", browser)] if browser else strangers
    if found:  # each costs a hash and may leave a session, so its owner has not endless many either
        check_limit("right-password", found.id)
    _check_room(counted)
    if passwords.is_right(found.password_hash if found else None, password):
        _check_room(counted)  # again: many guesses sent at once must not all pass before the first is counted
        limit("right-password", found.id if found else None)
        return
    log.info("sign_in.refused", address=caller.address)
    for use in counted:
        limit(*use)
    raise Invalid("password", _("The name or the password is not right."), "wrong_password")


def _check_room(counted: list[tuple[str, ...]]) -> None:
    for use in counted:
        check_limit(*use)


@command
def open_session(member: Member, caller: Caller, kind: str = "signed_in") -> str:
    """A new session; returns its token, which is not kept."""
    token = secrets.token_urlsafe(32)
    row = SignIn(member_id=member.id, token_hash=hash_token(token), expires_at=now() + SESSION_LENGTH)
    row.address, row.agent = caller.address[:64], caller.agent[:200]
    db.session.add(row)
    db.session.execute(update(Member).where(Member.id == member.id).values(last_seen_at=now()))
    record(member.id, kind, caller.address)
    return token


@command
def sign_out(member: Member) -> None:
    db.session.execute(delete(SignIn).where(SignIn.token_hash == hash_token(member.sign_in_token)))
    signal([member.id], SESSIONS)
    record(member.id, "signed_out")


@command
def end_session(member: Member, sign_in_id: int) -> None:
    """Sign another browser of one's own out."""
    if rows_changed(delete(SignIn).where(SignIn.id == sign_in_id, SignIn.member_id == member.id)):
        record(member.id, "session_ended")
        signal([member.id], SESSIONS)


@command
def end_sessions(member_id: int, but: str = "") -> None:
    """End all sessions of a member, except the one with the token `but`."""
    db.session.execute(delete(SignIn).where(SignIn.member_id == member_id, SignIn.token_hash != hash_token(but)))
    signal([member_id], SESSIONS)


@command
def _confirmed(token: str) -> None:
    db.session.execute(update(SignIn).where(SignIn.token_hash == hash_token(token)).values(confirmed_at=now()))


def record(member_id: int, kind: str, address: str = "") -> None:
    """Write down, inside a command, what happened to an account."""
    db.session.add(SecurityEvent(member_id=member_id, kind=kind, address=address[:64]))
