"""What a movement of money must look like. Pure."""

import re
from dataclasses import dataclass

from core.errors import Refused
from core.i18n import _
from core.money import Money
from shop.ledger.models import KINDS, MAY_OWE, WALLET

HOUSE = "|".join(kind for kind in KINDS if kind != WALLET)
CODE = re.compile(rf"(?:{WALLET}:([1-9][0-9]*)|({HOUSE})):([A-Z]{{3}})")


@dataclass(frozen=True)
class Movement:
    """`amount` minor units from the account `debit` to the account `credit`, both by code (see `wallet` and `house`).

    `key` makes doing it again harmless; `reference` says what for: "order:A1B2", "top-up:3", "withdrawal:4".
    """

    debit: str
    credit: str
    amount: int
    currency: str
    kind: str
    key: str
    reference: str = ""


def wallet(member_id: int, currency: str) -> str:
    """The code of a member's account."""
    return f"{WALLET}:{member_id}:{currency}"


def house(kind: str, currency: str) -> str:
    """The code of one of the site's accounts: escrow, fees, payouts, claims, or outside (the world beyond the site)."""
    return f"{kind}:{currency}"


def account_of(code: str) -> dict[str, str | int | None]:
    """The columns of an account with this code; ValueError for a code that cannot be one."""
    found = CODE.fullmatch(code)
    if found is None:
        raise ValueError(f"not an account: {code!r}")
    owner, kind, currency = found.groups()
    return {"code": code, "kind": kind or WALLET, "member_id": int(owner) if owner else None, "currency": currency}


def check_movement(movement: Movement) -> None:
    """ValueError for what no caller may ask for: these are mistakes of ours, not of a member."""
    currencies = {account_of(code)["currency"] for code in (movement.debit, movement.credit)}
    if currencies != {movement.currency} or movement.debit == movement.credit or not movement.key:
        raise ValueError(f"not a movement: {movement}")
    if type(movement.amount) is not int or movement.amount <= 0:
        raise ValueError(f"not an amount: {movement.amount!r}")


def check_cover(kind: str, balance: int, movement: Movement) -> None:
    """Only the outside and what is claimed may owe."""
    if kind not in MAY_OWE and balance < movement.amount:
        raise Refused("not_enough_money", _short_of(kind, balance, movement))


def _short_of(kind: str, balance: int, movement: Movement) -> str:
    needed, there = Money(movement.amount, movement.currency), Money(balance, movement.currency)
    if kind == WALLET:
        return _("The wallet holds %(there)s; this needs %(needed)s.", there=there, needed=needed)
    return _("Only %(there)s is left to pay from; this needs %(needed)s.", there=there, needed=needed)
