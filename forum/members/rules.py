"""May this member do that? Pure: no session, no request."""

from typing import Any

from core.errors import NotAllowed, Refused
from core.i18n import _
from forum.members.names import LONGEST_NAME, check_username, name_key

__all__ = ["LONGEST_NAME", "check_can_write", "check_not_self", "check_username", "name_key"]


def check_can_write(member: Any) -> None:
    """Whoever posts, applies, sells or writes messages has confirmed their mail address and is not suspended."""
    if member.id is None:
        raise NotAllowed("signed_out", _("Sign in first."))
    if member.is_suspended:
        raise NotAllowed("suspended", _("Your account is suspended, so you cannot write here."))
    if not member.is_verified:
        how = _("Confirm your mail address first: open the link we sent you, or ask for a new one in your settings.")
        raise NotAllowed("not_verified", how)


def check_not_self(member: Any, other: Any) -> None:
    if member.id == other.id:
        raise Refused("yourself", _("That is you."))
