"""Who may do what in a thread. Pure: no session, no request. Levels are those of forum.boards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.errors import Invalid, Missing, NotAllowed, Refused
from core.i18n import _
from forum.boards import rules as boards
from forum.boards.models import MODERATOR, SIGNED_IN, Board, Membership
from forum.members.models import Guest, Member
from forum.members.queries import Relation
from forum.members.rules import check_can_write
from forum.threads.models import KINDS, Post, Thread


@dataclass(frozen=True)
class Standing:
    """Who asks, on which board, and what they are there. Every rule of this slice judges by it."""

    viewer: Member | Guest
    board: Board
    membership: Membership | None

    @property
    def level(self) -> int:
        return boards.level_of(self.viewer, self.membership)

    @property
    def is_moderator(self) -> bool:
        return self.level >= MODERATOR

    def may(self, doing: str) -> bool:
        return boards.may(self.board, self.level, doing)


Guard = Callable[[Post, Any, str], None]
_guards: list[Guard] = []


def guards_posts(guard: Guard) -> Guard:
    """Register who else judges a deletion (post, actor, reason): Refused for what a room above keeps in its place."""
    if guard not in _guards:
        _guards.append(guard)
    return guard


def check_guards(post: Post, actor: Any, reason: str) -> None:
    for guard in _guards:
        guard(post, actor, reason)


def check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise Invalid("kind", _("Choose what this is: talk, question, wish or sale."))


def check_start(standing: Standing) -> None:
    boards.check_write(standing.board, standing.membership, standing.viewer, boards.START)


def check_reply(thread: Thread, standing: Standing) -> None:
    check_there(thread)
    boards.check_write(standing.board, standing.membership, standing.viewer, boards.REPLY)
    if thread.is_locked and not standing.is_moderator:
        raise Refused("thread_locked", _("This thread is locked: it takes no more replies."))


def check_there(thread: Thread) -> None:
    if thread.deleted_at is not None:
        raise Missing


def check_may_thank(thread: Thread, standing: Standing) -> None:
    """Whoever may read and has a confirmed address, also where they may not write; not who is banned."""
    check_there(thread)
    check_can_write(standing.viewer)
    if standing.level < SIGNED_IN:
        raise NotAllowed("banned", _("You may not write on this board."))


def check_thank(post: Post, thread: Thread, standing: Standing, relation: Relation) -> None:
    """Who was blocked is not told so in as many words."""
    check_may_thank(thread, standing)
    if post.deleted_at is not None:
        raise Refused("post_deleted", _("This post was deleted."))
    if post.author_id == standing.viewer.id:
        raise Refused("your_own", _("This is your own post: thanks are for others."))
    if relation.blocks:
        raise NotAllowed("blocked", _("You have blocked %(name)s. Unblock them first.", name=post.author.username))
    if relation.is_blocked:
        raise NotAllowed("unreachable", _("%(name)s cannot be reached at the moment.", name=post.author.username))


def check_moderate(standing: Standing) -> None:
    boards.check_moderate(standing.board, standing.level)


def check_change(post: Post, thread: Thread, standing: Standing) -> None:
    """Whether a post may be edited: by its author while they may write here, and by moderators."""
    if post.deleted_at is not None or thread.deleted_at is not None:
        raise Refused("post_deleted", _("This post was deleted."))
    _check_own(post, thread, standing)


def check_delete(post: Post, thread: Thread, standing: Standing) -> None:
    if post.deleted_at is not None:
        raise Refused("post_deleted", _("This post was deleted."))
    _check_own(post, thread, standing)
    if post.post_no == 1 and thread.is_for_sale:
        raise Refused("still_for_sale", _("This thread sells something. Close the offer first."))


def _check_own(post: Post, thread: Thread, standing: Standing) -> None:
    if standing.is_moderator:
        return
    if post.author_id != standing.viewer.id:
        raise NotAllowed("not_yours", _("You may change only what you wrote yourself."))
    boards.check_level(standing.board, standing.level, boards.REPLY)
    if thread.is_locked:
        raise Refused("thread_locked", _("This thread is locked: nothing in it can be changed."))


def check_history(post: Post, standing: Standing) -> None:
    """Earlier versions are for the author and the moderators: people may take back what they said."""
    if not standing.is_moderator and (post.author_id != standing.viewer.id or post.deleted_at is not None):
        raise Missing


def check_move(there: Standing) -> None:
    """One moves a thread between boards one moderates."""
    if there.level < MODERATOR:
        raise NotAllowed("not_a_moderator", _("You can move threads only to a board that you moderate too."))


def check_unchanged(seen: int | None, now: int) -> None:
    """`seen` is the number of edits the form was made from."""
    if seen is not None and seen != now:
        raise Refused("edited_meanwhile", _("Someone edited this post meanwhile. Look at it again, then save."))


def refusal(check: Any, *about: Any) -> Refused | None:
    """What a check of this module would raise, or None. Pages show only what the rules allow."""
    try:
        check(*about)
    except Refused as problem:
        return problem
    return None
