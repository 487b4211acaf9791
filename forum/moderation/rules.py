"""Who may report, decide and suspend. Pure."""

from collections.abc import Collection, Sequence
from typing import Any

from core.errors import Invalid, Missing, NotAllowed, Refused
from core.i18n import _
from forum.members.rules import check_can_write
from forum.messages.models import Message
from forum.threads.models import Post

MOST_EVIDENCE = 20


def check_report(post: Post, reporter: Any) -> None:
    check_can_write(reporter)
    if post.author_id == reporter.id:
        raise Refused("own_post", _("This post is yours: you can delete it yourself."))
    if post.deleted_at is not None:
        raise Refused("post_deleted", _("This post was deleted."))


def check_suspend(operator: Any, member: Any) -> None:
    """An operator's tool; operators do not lock each other out by mistake."""
    if not operator.is_operator:
        raise Missing
    if member.is_operator:
        raise NotAllowed("an_operator", _("An operator cannot be suspended here. Change their role first."))


def check_numbers(numbers: Collection[int]) -> None:
    """Of messages chosen as evidence."""
    if len(numbers) > MOST_EVIDENCE:
        raise Invalid("message", _("Choose at most %(most)s messages.", most=MOST_EVIDENCE))


def check_evidence(chosen: Sequence[Message], reporter: Any) -> None:
    """At least one message, and one of somebody else."""
    if not any(message.author_id != reporter.id for message in chosen):
        raise Invalid("message", _("Choose at least one message that the other wrote."))
