"""What threads show in other rooms' and slices' pages."""

from typing import Any

from core.slots import fills
from forum.threads import queries
from forum.threads.queries.unread import unread_boards


@fills("member.show")
def recent_posts(member: Any, viewer: Any) -> dict[str, Any]:
    """What this member wrote where the viewer may read: `recent_posts`, and how many in all (`visible_posts`),
    and how many thanks for these (`visible_thanks`)."""
    posts, thanks = queries.count_by(member, viewer)
    return {"recent_posts": queries.posts_by(member, viewer), "visible_posts": posts, "visible_thanks": thanks}


@fills("message.about")
def posts_talked_about(abouts: list[str], viewer: Any) -> dict[str, Any]:
    """`post_by_about`: cards of the posts ("post:12") that the viewer may read; others are left out."""
    return {"post_by_about": queries.posts_about(abouts, viewer)}


@fills("board.list")
def unread_marks(boards: list[Any], viewer: Any) -> dict[str, Any]:
    """`unread_by_board`: ids of the boards in the list that hold something new for the viewer."""
    return {"unread_by_board": unread_boards(boards, viewer) if boards else set()}
