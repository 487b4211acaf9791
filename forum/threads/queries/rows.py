"""What pages of threads and posts need: plain rows, built once, with no way back to the database."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import Refused
from forum.boards.models import Board
from forum.threads import rules
from forum.threads.models import PER_PAGE, Thread, page_of, thread_address
from forum.threads.rules import Standing


@dataclass(frozen=True, slots=True)
class Face:
    """As much of a member as a byline shows."""

    id: int
    username: str
    picture_key: str | None = None

    @property
    def picture_url(self) -> str:
        return f"/pictures/{self.picture_key}/portrait" if self.picture_key else ""


@dataclass(frozen=True, slots=True)
class PostRow:
    id: int
    no: int
    html: str
    author: Face
    written_at: datetime
    role: str | None = None
    edited_at: datetime | None = None
    edit_count: int = 0
    reply_to_no: int | None = None
    deleted_at: datetime | None = None
    deleted_by_id: int | None = None
    thank_count: int = 0
    is_thanked: bool = False  # by the viewer
    is_cut: bool = False  # one of author and viewer blocked the other

    @property
    def takes_thanks(self) -> bool:
        """What was said before a block can still be taken back."""
        return self.is_thanked or not self.is_cut


@dataclass(frozen=True, slots=True)
class BoardName:
    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """`read_no` is the last post that the viewer has read; None when that was never marked."""

    id: int
    title: str
    kind: str
    is_locked: bool
    is_pinned: bool
    is_for_sale: bool
    post_count: int
    last_post_at: datetime
    created_at: datetime
    author: Face
    last_poster: str | None
    board: BoardName
    read_no: int | None
    is_unread: bool
    tags: list[str]

    @property
    def address(self) -> str:
        return thread_address(self.id, self.title)

    @property
    def new_address(self) -> str:
        """Leads to the first post that the viewer has not read."""
        first = min((self.read_no or 0) + 1, self.post_count) if self.is_unread else 1
        return thread_address(self.id, self.title, first)

    @property
    def new_count(self) -> int:
        return max(self.post_count - self.read_no, 0) if self.read_no and self.is_unread else 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A thread that the viewer may read, and what they are to it."""

    thread: Thread
    standing: Standing
    read_no: int | None = None
    is_watching: bool = False

    @property
    def board(self) -> Board:
        return self.standing.board

    @property
    def reply_refusal(self) -> Refused | None:
        """Why the viewer cannot reply, or None."""
        return rules.refusal(rules.check_reply, self.thread, self.standing)

    @property
    def may_reply(self) -> bool:
        return self.reply_refusal is None

    @property
    def may_change(self) -> bool:
        """Whether those who wrote something here may change it."""
        return self.standing.may("reply") and not self.thread.is_locked

    @property
    def may_thank(self) -> bool:
        """Whether the viewer may say thanks for what others wrote here."""
        return rules.refusal(rules.check_may_thank, self.thread, self.standing) is None

    @property
    def may_sell(self) -> bool:
        """Whether the viewer, who started this thread, may turn it into a product."""
        own = self.thread.author_id == self.standing.viewer.id
        return own and not self.thread.is_for_sale and self.standing.may("sell")


@dataclass(frozen=True, slots=True)
class ThreadPage:
    opened: Opened
    posts: list[PostRow]
    number: int

    @property
    def new_from(self) -> int:
        """The first post that the viewer has not read, if they have read some; else 0."""
        return self.opened.read_no + 1 if self.opened.read_no else 0

    @property
    def marks_read(self) -> bool:
        """Whether showing this page is news to the viewer's read mark."""
        return self.opened.standing.viewer.id is not None and (self.opened.read_no or 0) < self.last_no

    @property
    def last(self) -> int:
        return page_of(self.opened.thread.post_count)

    @property
    def last_no(self) -> int:
        """The number of the last post that this page shows."""
        return min(self.number * PER_PAGE, self.opened.thread.post_count)


@dataclass(frozen=True, slots=True)
class ThreadList:
    """One part of a list. `after` is the cursor of the next part, None at the end."""

    rows: list[ThreadRow]
    after: str | None = None
