"""What is sent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Letter:
    """`about` is "post:12", "product:3", "order:A1B2" or None; `key` is the form's, or None.

    `source` says where the writer came from ("search:helmet"); it counts only when the letter starts a conversation.
    """

    body: str
    about: str | None = None
    key: str | None = None
    source: str = ""
