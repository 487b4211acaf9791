"""The blueprint, and what all its views share."""

from flask import Blueprint, request

from core.errors import Missing
from core.limits import limit
from forum.members.models import Member
from forum.threads.forms import whole

threads = Blueprint("threads", __name__)
NEWCOMER = 3  # posts until a member's pace is trusted


def number_of(name: str, default: int = 1) -> int:
    """A number in the address; Missing for one that no page can have."""
    typed = request.args.get(name)
    found = default if typed is None else whole(typed)
    if found is None:
        raise Missing
    return found


def slow_down(member: Member) -> None:
    """Newcomers write more slowly: most spam comes from accounts without a past."""
    limit("post-new" if member.post_count < NEWCOMER else "post", member.id)
