"""Who may do what on a board. Pure: no session, no request. A `level` is what `level_of` says: ANYONE … OWNER."""

import re
from datetime import datetime, timedelta
from typing import Any

from core.errors import Invalid, Missing, NotAllowed, Refused
from core.i18n import _
from forum.boards.models import (
    ANYONE,
    APPLY,
    DEFAULT_LEVELS,
    MEMBER,
    MODERATOR,
    OPEN,
    OWNER,
    PUBLIC,
    ROLE_LEVELS,
    SECRET,
    SIGNED_IN,
    Application,
    Board,
    Invitation,
    Membership,
)
from forum.members.rules import check_can_write

APPLY_AGAIN = timedelta(days=7)  # after a refusal
JOINED_AT_ONCE = (PUBLIC, OPEN)
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])")
RESERVED = {
    *("admin", "administrator", "all", "api", "board", "boards", "boardwalk", "cart", "checkout", "feeds", "help"),
    *("home", "join", "login", "logout", "messages", "moderation", "moderator", "new", "notices", "official"),
    *("operator", "orders", "search", "settings", "staff", "static", "support", "system", "wallet"),
}
READ, REPLY, START, SELL = DOINGS = ("read", "reply", "start", "sell")


def level_of(viewer: Any, membership: Membership | None) -> int:
    """What the viewer is on the board of this (perhaps missing) membership."""
    if viewer.id is None:
        return ANYONE
    return SIGNED_IN if membership is None else membership.level


def may(board: Board, level: int, doing: str) -> bool:
    """Whether this level may read, reply, start or sell. Who may not read may do nothing."""
    wanted: int = getattr(board, f"{doing}_level")
    return level >= max(wanted, board.read_level)


def check_level(board: Board, level: int, doing: str) -> None:
    """NotAllowed with a sentence that says what is missing; Missing when the board may not even be read."""
    if level < board.read_level:
        raise Missing
    if may(board, level, doing):
        return
    if level == ANYONE:
        raise NotAllowed("banned", _("You may not write on this board."))
    if getattr(board, f"{doing}_level") <= MEMBER:
        raise NotAllowed("not_a_member", _("Join this board first."))
    raise NotAllowed("not_allowed", _("Only moderators may do this here."))


def check_read(board: Board, level: int) -> None:
    check_level(board, level, READ)


def check_moderate(board: Board, level: int) -> None:
    """Outsiders of a closed board meet nothing, others a plain no."""
    check_read(board, level)
    if level < MODERATOR:
        raise NotAllowed("not_a_moderator", _("Only moderators may do this here."))


def check_own(board: Board, level: int) -> None:
    check_read(board, level)
    if level < OWNER:
        raise NotAllowed("not_an_owner", _("Only this board's owners may do this."))


def needs_rules(board: Board, membership: Membership | None) -> bool:
    """A member who has not agreed to the newest rules. Who writes on a public board without joining need not."""
    if membership is None or membership.level < MEMBER or not board.rules:
        return False
    return membership.accepted_rules < board.rules_version


def check_rules_accepted(board: Board, membership: Membership | None) -> None:
    if needs_rules(board, membership):
        raise Refused("rules_changed", _("The rules have changed. Please read and accept them first."))


def check_write(board: Board, membership: Membership | None, member: Any, doing: str) -> None:
    """All that replying, starting and selling ask of a member: level, confirmed address, newest rules."""
    check_level(board, level_of(member, membership), doing)
    check_can_write(member)
    check_rules_accepted(board, membership)


def check_agreed(board: Board, version: int) -> None:
    """Joining takes the rules as they stand now."""
    if board.rules and version == 0:
        raise Invalid("rules", _("Please read the rules and accept them."), "rules_not_accepted")
    if board.rules and version != board.rules_version:
        raise Invalid("rules", _("The rules have changed meanwhile. Please read them again."), "rules_changed")


def check_not_banned(membership: Membership | None) -> None:
    if membership is not None and membership.level == ANYONE:
        raise NotAllowed("banned", _("You cannot join this board any more."))


def check_join(board: Board, membership: Membership | None, member: Any) -> None:
    """Joining at once, without asking anyone."""
    _check_may_come(board, membership, member)
    if board.access == APPLY:
        raise Refused("apply_first", _("This board asks you to apply."))
    if board.access not in JOINED_AT_ONCE:
        raise Refused("invitation_needed", _("One comes to this board by invitation only."))


def check_apply(board: Board, membership: Membership | None, member: Any) -> None:
    _check_may_come(board, membership, member)
    if board.access != APPLY:
        raise Refused("no_applications", _("This board takes no applications."))


def _check_may_come(board: Board, membership: Membership | None, member: Any) -> None:
    check_can_write(member)
    check_not_banned(membership)
    if board.access == SECRET and membership is None:
        raise Missing


def check_apply_again(last: Application | None, at: datetime) -> None:
    if last is not None and last.state == "refused" and last.decided_at and at < last.decided_at + APPLY_AGAIN:
        raise Refused("apply_later", _("You may apply again a week after a refusal."))


def check_invitation(invitation: Invitation, at: datetime) -> None:
    """A link that is over shows nothing of its board, only why."""
    if invitation.revoked_at is not None:
        raise Refused("invitation_revoked", _("This invitation was taken back."))
    if invitation.expires_at <= at:
        raise Refused("invitation_expired", _("This invitation has expired. Ask for a new one."))
    if invitation.uses >= invitation.quota:
        raise Refused("invitation_used_up", _("This invitation has been used up. Ask for a new one."))


def check_leave(membership: Membership | None, owners: int) -> None:
    if membership is None or membership.level < MEMBER:
        raise Refused("not_a_member", _("You are not a member of this board."))
    if membership.level == OWNER and owners < 2:
        raise Refused("last_owner", _("A board needs an owner: make someone else an owner first."))


def check_slug(slug: str) -> None:
    if not SLUG.fullmatch(slug):
        raise Invalid("slug", _("Use 2 to 40 small letters a-z, digits and hyphens."), "bad_slug")
    if slug in RESERVED:
        raise Invalid("slug", _("This address is kept for the site itself."), "reserved")


def levels_after(board: Board | None, access: str, chosen: dict[str, int]) -> dict[str, int]:
    """The levels as chosen. Left alone while the access changes, they become what is usual for the new access:
    who closes a board means it."""
    left_alone = board is not None and chosen == {doing: getattr(board, f"{doing}_level") for doing in DOINGS}
    if chosen and not (left_alone and board is not None and access != board.access):
        return chosen
    return dict(zip(DOINGS, DEFAULT_LEVELS[access], strict=True))


def check_access_levels(access: str, levels: dict[str, int]) -> None:
    """The four levels must make sense together; Invalid at the field that does not."""
    if access == SECRET and levels[READ] < MEMBER:
        raise Invalid("read_level", _("A secret board is read by its members only."))
    if access == PUBLIC and levels[READ] > ANYONE:
        raise Invalid("read_level", _("A public board is read by everyone. Choose another kind of access."))
    for doing in (REPLY, START, SELL):
        if levels[doing] < max(levels[READ], SIGNED_IN):
            raise Invalid(f"{doing}_level", _("Nobody can do this who may not even read."))


def check_role_change(actor_level: int, target_level: int, role: str, *, is_self: bool = False) -> None:
    """`role` is member, moderator, owner, banned or none. Moderators ban and lift bans; only owners appoint."""
    if actor_level < MODERATOR:
        raise NotAllowed("not_a_moderator", _("Only moderators may do this here."))
    if role == "banned" and is_self:
        raise Refused("own_ban", _("You cannot ban yourself."))
    if actor_level == OWNER:
        return
    if target_level >= actor_level:
        raise NotAllowed("not_above", _("You may not do this to a moderator or an owner."))
    lifts_ban = role == "none" and target_level == ANYONE
    if role != "banned" and not lifts_ban:
        raise NotAllowed("not_an_owner", _("Only this board's owners may do this."))


def check_appointable(target: Membership | None, role: str) -> None:
    """Moderators and owners are made of members; a ban can only be lifted where there is one."""
    level = None if target is None else target.level
    if role in ("moderator", "owner", "member") and (level is None or level < ROLE_LEVELS["member"]):
        raise Refused("not_a_member", _("They are not a member of this board."))
    if role == "none" and target is None:
        raise Refused("not_a_member", _("They are not a member of this board."))


def check_owner_stays(owners: int, was: int, becomes: int) -> None:
    if was == OWNER and becomes < OWNER and owners < 2:
        raise Refused("last_owner", _("A board needs an owner: make someone else an owner first."))
