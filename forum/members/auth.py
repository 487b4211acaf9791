"""Who is asking. The cookie holds a session's random token; the session itself is a row on the server."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, abort, g
from flask_login import current_user
from sqlalchemy import select

from core.clock import now
from core.db import db
from forum.members.models import Guest, Member, SignIn

P = ParamSpec("P")
T = TypeVar("T")


def init_app(app: Flask) -> None:
    app.login_manager.anonymous_user = Guest  # type: ignore[attr-defined]
    app.login_manager.session_protection = None  # type: ignore[attr-defined]  # sessions are rows; see SignIn
    app.login_manager.user_loader(load_member)  # type: ignore[attr-defined]
    app.before_request(_take_language)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def load_member(token: str) -> Member | None:
    """The member of a session that still counts: not ended, not expired, not suspended."""
    query = select(Member).join(SignIn, SignIn.member_id == Member.id)
    query = query.where(SignIn.token_hash == hash_token(token), SignIn.expires_at > now(), ~Member.is_suspended)
    member = db.session.scalar(query)
    if member is not None:
        member.sign_in_token = token
    return member


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
