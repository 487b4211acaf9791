"""What happens in threads. ThreadChanged covers title, kind, tags, lock, pin, move and deletion."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class ThreadStarted(Event):
    thread_id: int


@dataclass(frozen=True)
class ThreadChanged(Event):
    thread_id: int


@dataclass(frozen=True)
class PostWritten(Event):
    post_id: int


@dataclass(frozen=True)
class PostEdited(Event):
    post_id: int


@dataclass(frozen=True)
class PostDeleted(Event):
    post_id: int


@dataclass(frozen=True)
class PostThanked(Event):
    post_id: int
    thanker_id: int


@dataclass(frozen=True)
class ThanksTakenBack(Event):
    post_id: int
    thanker_id: int


@dataclass(frozen=True)
class PostsImported(Event):
    post_ids: list[int]


@dataclass(frozen=True)
class ThreadRead(Event):
    """By a member who has unread notices; others' reading is nobody's news."""

    thread_id: int
    member_id: int
    post_no: int
