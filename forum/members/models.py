"""People: members, their sign-ins, one-time tokens, whom they block, and what happened to their accounts."""

from datetime import datetime

from flask_login import AnonymousUserMixin, UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Model

# In the order of asking: nearly every browser also claims to be Chrome and Safari.
BROWSERS = ("MicroMessenger", "Edg", "OPR", "Firefox", "Chrome", "Safari", "curl")
SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Mac OS X", "Linux")
CALLED = {"MicroMessenger": "WeChat", "Edg": "Edge", "OPR": "Opera", "Mac OS X": "macOS"}
# Who may start a conversation with a member. With REQUESTS strangers may too, but wait in a box of their own.
EVERYONE, REQUESTS, SHARED, NOBODY = "everyone", "requests", "shared", "nobody"
# What a mail about messages that stay unread says: there is none, who wrote, what they wrote.
NO_MAIL, NAMES, WORDS = MESSAGE_MAILS = ("no", "names", "words")


class Member(UserMixin, Model):
    """`name_key` is the name's confusable skeleton: two names that look alike cannot both exist."""

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint("role in ('member', 'operator')", name="role"),
        CheckConstraint("message_mail in ('no', 'names', 'words')", name="message_mail"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    username_lower: Mapped[str] = mapped_column(unique=True)
    name_key: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str | None]
    email_key: Mapped[str | None] = mapped_column(unique=True)
    email_verified_at: Mapped[datetime | None]
    password_hash: Mapped[str | None]
    role: Mapped[str] = mapped_column(default="member")
    is_suspended: Mapped[bool] = mapped_column(default=False)
    imported_from: Mapped[str | None]
    about: Mapped[str] = mapped_column(default="")
    about_html: Mapped[str] = mapped_column(default="")
    interests: Mapped[str] = mapped_column(default="")
    picture_key: Mapped[str | None]
    language: Mapped[str | None]
    messages_from: Mapped[str] = mapped_column(default=REQUESTS)
    message_mail: Mapped[str] = mapped_column(default=NAMES, server_default=NAMES)
    shares_read_marks: Mapped[bool] = mapped_column(default=True, server_default=true())
    quiet_from: Mapped[int | None]  # minutes after midnight in `time_zone`; both or neither
    quiet_to: Mapped[int | None]
    time_zone: Mapped[str] = mapped_column(default="", server_default="")  # "Europe/Berlin"; "" is UTC
    is_findable: Mapped[bool] = mapped_column(default=True)
    post_count: Mapped[int] = mapped_column(default=0)
    unread_notices: Mapped[int] = mapped_column(default=0)
    unread_messages: Mapped[int] = mapped_column(default=0)
    joined_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)

    sign_in_token = ""  # of this request's session; set by the loader, never stored

    def get_id(self) -> str:
        """What the cookie holds: the session's random token, never the member's id."""
        return self.sign_in_token

    @property
    def is_operator(self) -> bool:
        return self.role == "operator"

    @property
    def is_verified(self) -> bool:
        return self.email_verified_at is not None

    @property
    def is_unclaimed(self) -> bool:
        """Came with an import, and nobody has taken the account over yet."""
        return self.imported_from is not None and self.password_hash is None

    @property
    def picture_url(self) -> str | None:
        return f"/pictures/{self.picture_key}/portrait" if self.picture_key else None

    @property
    def address(self) -> str:
        return f"/m/{self.username}"


class Guest(AnonymousUserMixin):
    """A reader who is not signed in. Has an id like a member, so queries need not ask which it is."""

    id = None
    username = None
    is_operator = False
    is_verified = False
    is_suspended = False
    language = None
    unread_notices = 0
    unread_messages = 0


class SignIn(Model):
    """A session on the server. The cookie's token is kept as a hash only."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_at: Mapped[datetime] = mapped_column(default=now)  # when the password was last typed
    expires_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(default="")
    agent: Mapped[str] = mapped_column(default="")

    @property
    def browser(self) -> str:
        """Like "Firefox · Linux", as far as the browser says."""
        said = (next((word for word in words if word in self.agent), "") for words in (BROWSERS, SYSTEMS))
        return " · ".join(CALLED.get(word, word) for word in said if word)


class Token(Model):
    """A one-time token sent by mail; only the newest of a purpose works."""

    __tablename__ = "token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    purpose: Mapped[str]
    email: Mapped[str]
    expires_at: Mapped[datetime]


class SecurityEvent(Model):
    """What happened to an account, for its owner and the operator."""

    __tablename__ = "security_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    kind: Mapped[str]
    happened_at: Mapped[datetime] = mapped_column(default=now)
    address: Mapped[str] = mapped_column(default="")


class Block(Model):
    __tablename__ = "block"
    __table_args__ = (UniqueConstraint("member_id", "blocked_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    blocked_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)

    blocked: Mapped[Member] = relationship(lazy="raise", foreign_keys=[blocked_id])


Index("ix_sign_in_expires_at", SignIn.expires_at)
