"""Browsers in which someone has signed in before.

After OWASP's device cookies: a flood of wrong passwords closes the door to strange browsers only, so nobody can lock
the owner out. A new password makes all marks worthless.
"""

import hashlib
import secrets

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from forum.members.models import Member


def mark(member: Member) -> str:
    """What the browser keeps after signing in."""
    return _serializer().dumps([member.id, secrets.token_hex(8), _password_mark(member)])


def known(cookie: str, member: Member | None) -> str | None:
    """This browser's own id if the member has signed in with it before."""
    if not cookie or member is None:
        return None
    try:
        member_id, browser, password_mark = _serializer().loads(cookie)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(browser) if (member_id, password_mark) == (member.id, _password_mark(member)) else None


def _password_mark(member: Member) -> str:
    return hashlib.sha256((member.password_hash or "").encode()).hexdigest()[:16]


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="device")
