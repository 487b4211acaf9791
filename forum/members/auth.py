"""Who is asking. The cookie holds a session's random token; the session itself is a row on the server."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, g, request, session, url_for
from flask_login import current_user, login_user, logout_user
from sqlalchemy import bindparam, select

from core.clock import now
from core.db import db
from core.listening import Door
from core.web import done, local_path
from forum.members.models import Guest, Member, SignIn

P = ParamSpec("P")
T = TypeVar("T")
SESSION_LENGTH = timedelta(days=60)
CONFIRMED_FOR = timedelta(minutes=15)
SIGNED_IN = (  # asked by every page of a member: built once
    select(Member)
    .join(SignIn, SignIn.member_id == Member.id)
    .where(SignIn.token_hash == bindparam("token_hash"), SignIn.expires_at > bindparam("at"), ~Member.is_suspended)
)


def init_app(app: Flask) -> None:
    app.config.update(PERMANENT_SESSION_LIFETIME=SESSION_LENGTH, SESSION_REFRESH_EACH_REQUEST=False)
    app.login_manager.anonymous_user = Guest  # type: ignore[attr-defined]
    app.login_manager.session_protection = None  # type: ignore[attr-defined]  # sessions are rows; see SignIn
    app.login_manager.user_loader(load_member)  # type: ignore[attr-defined]
    app.before_request(_take_language)
    app.extensions["live.door"] = Door(_listener, alive)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def load_member(token: str) -> Member | None:
    """The member of a session that still counts: not ended, not expired, not suspended."""
    member = db.session.scalar(SIGNED_IN, {"token_hash": hash_token(token), "at": now()})
    if member is not None:
        member.sign_in_token = token
    return member


def alive(token_hashes: set[str]) -> set[str]:
    """Those of these sessions that still count. For streams, which outlive the request that opened them."""
    query = select(SignIn.token_hash).join(Member, Member.id == SignIn.member_id)
    query = query.where(SignIn.token_hash.in_(token_hashes), SignIn.expires_at > now(), ~Member.is_suspended)
    return set(db.session.scalars(query))


def _listener() -> tuple[int, str] | None:
    found = viewer()
    return (found.id, hash_token(found.sign_in_token)) if isinstance(found, Member) else None


def _take_language() -> None:
    g.language = viewer().language


def viewer() -> Member | Guest:
    """The signed-in member, or the guest. The real row, never Flask-Login's proxy."""
    found: Member | Guest = current_user._get_current_object()
    return found


def member() -> Member:
    """The signed-in member, in views behind `sign_in_required`."""
    found = viewer()
    if not isinstance(found, Member):
        abort(401)
    return found


def sign_in_required(view: Callable[P, T]) -> Callable[P, T]:
    """Guests are sent to sign in, and back."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        member()
        return view(*args, **kwargs)

    return guarded


def operator_required(view: Callable[P, T]) -> Callable[P, T]:
    """For the operator's pages: a guest signs in, another member sees nothing there."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        if not member().is_operator:
            abort(404)
        return view(*args, **kwargs)

    return guarded


def start_session(found: Member, token: str) -> None:
    """Give this browser the session of `token`; nothing of what it held before is kept."""
    session.clear()
    session.permanent = True
    found.sign_in_token = token
    login_user(found)


def forget_session() -> None:
    logout_user()
    session.clear()


def recently_confirmed() -> bool:
    """Whether the password was typed in this session within the last 15 minutes."""
    query = select(SignIn.id).where(
        SignIn.token_hash == hash_token(member().sign_in_token), SignIn.confirmed_at > now() - CONFIRMED_FOR
    )
    return db.session.scalar(query) is not None


def confirmation_required(view: Callable[P, T]) -> Callable[P, T | Any]:
    """Before money leaves or the account's keys change: the password again, then back to the page."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T | Any:
        if recently_confirmed():
            return view(*args, **kwargs)
        asked = request.full_path.rstrip("?") if request.method == "GET" else None
        here = asked or urlsplit(request.referrer or request.path).path
        return done(url_for("members.confirm", next=local_path(here)))

    return guarded
