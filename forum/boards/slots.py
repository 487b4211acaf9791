"""What boards add to other slices' pages."""

from typing import Any

from core.slots import fills
from forum.boards.queries import boards_of


@fills("member.show")
def boards_of_member(member: Any, viewer: Any) -> dict[str, Any]:
    """`member_boards`: where this member belongs, as far as the viewer may read there."""
    return {"member_boards": boards_of(member, viewer)}
