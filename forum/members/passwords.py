"""Passwords: which may be, and their hashes (argon2id, 64 MiB, RFC 9106's second choice)."""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Flask, current_app

from core.errors import Invalid, TooMany
from core.i18n import _
from forum.members.common import COMMON

SHORTEST, LONGEST = 8, 256
AT_ONCE = 2  # each hash takes 64 MiB
PATIENCE = 10  # seconds to wait for a turn
# A hash of nothing anyone knows: checking against it takes as long as against a real one.
NOBODYS = "$argon2id$v=19$m={m},t={t},p={p}$YXNkZmdoamtsb2l1eXRyZQ$3c8mTg8Ksl6hnB5u6yHVcW+1N1q1hXfY6p6q7vB2b9o"
_turns = threading.BoundedSemaphore(AT_ONCE)


def init_app(app: Flask) -> None:
    """`PASSWORD_COST` (argon2's arguments) makes hashing cheap, for tests only."""
    app.extensions["passwords"] = PasswordHasher(**app.config.get("PASSWORD_COST", {}))


def check_password(password: str, field: str = "password", *, username: str = "", email: str = "") -> None:
    """Invalid with a sentence: too short, too long, well known, or the name or mail address itself."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(field, _("A password has %(low)s to %(high)s characters.", low=SHORTEST, high=LONGEST))
    plain = password.casefold()
    own = {username.casefold(), email.casefold(), email.partition("@")[0].casefold()} - {""}
    if plain in own or plain[::-1] in own:
        raise Invalid(field, _("Do not use your name or mail address as the password."), "own_name")
    if plain in COMMON or len(set(plain)) < 3:
        why = _("This password is one of the first that anyone would try. Choose another one.")
        raise Invalid(field, why, "common")


def hash_password(password: str) -> str:
    with _turn():
        return _hasher().hash(_typed(password))


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. Takes the same time without a hash, so that nobody learns which names exist."""
    hasher = _hasher()
    nobodys = NOBODYS.format(m=hasher.memory_cost, t=hasher.time_cost, p=hasher.parallelism)
    with _turn():
        try:
            return hasher.verify(password_hash or nobodys, _typed(password[: LONGEST + 1])) and bool(password_hash)
        except (VerificationError, InvalidHashError):
            return False


def _typed(password: str) -> str:
    """The same password typed on another keyboard (composed or not) is the same password."""
    return unicodedata.normalize("NFKC", password)


def _hasher() -> PasswordHasher:
    hasher: PasswordHasher = current_app.extensions["passwords"]
    return hasher


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise TooMany(PATIENCE, _("Very many people are signing in right now. Please try again in a moment."))
    try:
        yield
    finally:
        _turns.release()
