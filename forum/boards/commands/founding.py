"""Founding a board and changing what it says about itself."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select, update

from core.clock import now
from core.db import command, db, fresh
from core.errors import Invalid
from core.i18n import _
from core.outbox import announce
from core.text import render_markdown
from forum.boards import rules
from forum.boards.commands.records import record
from forum.boards.events import BoardChanged, MembershipChanged
from forum.boards.models import OWNER, Board, Membership
from forum.boards.queries import level_on
from forum.members.models import Member
from forum.members.rules import check_can_write

DOUBLE_CLICK = timedelta(minutes=1)


@dataclass(frozen=True)
class Draft:
    """A board as its owner describes it. `levels` by "read", "reply", "start", "sell"; empty = what is usual."""

    name: str
    about: str
    access: str
    rules: str = ""
    questions: list[str] = field(default_factory=list)
    levels: dict[str, int] = field(default_factory=dict)

    def values(self, board: Board | None = None) -> dict[str, object]:
        levels = rules.levels_after(board, self.access, self.levels)
        rules.check_access_levels(self.access, levels)
        said = {"name": self.name, "about": self.about, "access": self.access, "questions": self.questions[:3]}
        return said | {f"{doing}_level": level for doing, level in levels.items()}


@command
def found(draft: Draft, *, slug: str, founder: Member) -> Board:
    """A new board with its founder as owner. Invalid if the address is reserved or taken."""
    check_can_write(founder)
    rules.check_slug(slug)
    taken = db.session.scalar(select(Board).where(Board.slug == slug))
    if taken is not None and _is_same_click(taken, draft, founder):
        return taken
    if taken is not None:
        raise Invalid("slug", _("This address is taken."), "slug_taken")
    board = Board(slug=slug, created_by_id=founder.id, member_count=1, **draft.values())
    if draft.rules:
        board.rules, board.rules_html, board.rules_version = draft.rules, render_markdown(draft.rules), 1
    db.session.add(board)
    db.session.flush()
    owner = Membership(board_id=board.id, member_id=founder.id, role="owner", level=OWNER)
    owner.accepted_rules = board.rules_version
    db.session.add(owner)
    record(board.id, actor=founder, action="founded", about=board.name)
    announce(BoardChanged(board.id), MembershipChanged(board.id, founder.id))
    return board


def _is_same_click(board: Board, draft: Draft, founder: Member) -> bool:
    """The form sent twice: the second answer is the first one's board."""
    is_theirs = board.created_by_id == founder.id and board.name == draft.name
    return is_theirs and now() - board.created_at < DOUBLE_CLICK


@command
def change(board: Board, draft: Draft, *, actor: Member) -> Board:
    """New words, access and levels. Changed rules are a new version, which members are asked to accept."""
    board = fresh(board)
    rules.check_own(board, level_on(actor, board.id))
    for name, value in draft.values(board).items():
        setattr(board, name, value)
    record(board.id, actor=actor, action="settings")
    if draft.rules != board.rules:
        _new_rules(board, draft.rules, actor)
    announce(BoardChanged(board.id))
    return board


def _new_rules(board: Board, text: str, actor: Member) -> None:
    board.rules, board.rules_html = text, render_markdown(text) if text else ""
    db.session.flush()
    raised = {Board.rules_version: Board.rules_version + 1}
    db.session.execute(update(Board).where(Board.id == board.id).values(raised))
    db.session.refresh(board)
    own = update(Membership).where(Membership.board_id == board.id, Membership.member_id == actor.id)
    db.session.execute(own.values(accepted_rules=board.rules_version))
    record(board.id, actor=actor, action="rules")
