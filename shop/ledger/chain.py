"""The chain over transfers. Pure.

Each account is a chain of its own transfers, and a transfer is a link in two of them: its hash is made from both
accounts' heads and from all that it says. Both accounts are locked while money moves anyway, so the chain makes nobody
wait: one chain over all transfers would have made each payment wait for every other. The chains cross in each transfer,
so that one changed, removed or put in between breaks all that came later on either account, and soon on all.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

FIRST = b""  # the head of an account that nothing has moved


@dataclass(frozen=True)
class Link:
    """What a transfer says and what its hash covers. Accounts by id; amounts in minor units; `made_at` as `moment`."""

    key: str
    kind: str
    debit_id: int
    credit_id: int
    amount: int
    currency: str
    reference: str
    made_at: str
    debit_after: int
    credit_after: int


def moment(value: datetime) -> str:
    """A time as it is hashed: UTC to the microsecond, the same from both databases."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def hash_of(link: Link, debit_head: bytes, credit_head: bytes) -> bytes:
    """32 bytes (SHA-256). The lengths of free texts go in, so that no two transfers say the same string."""
    numbers = f"{link.debit_id} {link.credit_id} {link.amount} {link.debit_after} {link.credit_after}"
    texts = (link.key, link.kind, link.reference)
    said = f"{numbers} {link.currency} {link.made_at} {' '.join(str(len(text)) for text in texts)} {''.join(texts)}"
    return sha256(b"%d:%b%d:%b" % (len(debit_head), debit_head, len(credit_head), credit_head) + said.encode()).digest()
