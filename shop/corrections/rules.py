"""What a correction moves, and who may make it. Pure."""

from dataclasses import dataclass

from core.errors import Invalid, NotAllowed, Refused
from core.i18n import _
from shop.corrections.models import ADDED, CHARGE, FOUND, GOODWILL, LOST, TAKEN, Correction
from shop.ledger.models import FEES, OUTSIDE
from shop.ledger.rules import house, wallet

OF_A_WALLET = (FOUND, LOST, GOODWILL, CHARGE)
MEMBER = "member"  # stands for the wallet
MOVES = {  # kind: (debit, credit)
    FOUND: (OUTSIDE, MEMBER),
    LOST: (MEMBER, OUTSIDE),
    GOODWILL: (FEES, MEMBER),
    CHARGE: (MEMBER, FEES),
    TAKEN: (FEES, OUTSIDE),
    ADDED: (OUTSIDE, FEES),
}


@dataclass(frozen=True)
class Proposal:
    """As an operator writes it: minor units; `member_id` for the kinds that are about a wallet, None for the others."""

    kind: str
    member_id: int | None
    amount: int
    currency: str
    reason: str
    key: str


def label(kind: str) -> str:
    return {
        FOUND: _("Into a wallet: money that is at the bank and was not booked"),
        LOST: _("Out of a wallet: money that was booked and is not at the bank"),
        GOODWILL: _("Into a wallet, from the fees: goodwill"),
        CHARGE: _("Out of a wallet, into the fees: a charge"),
        TAKEN: _("Out of the fees: the site's earnings, taken from the bank account"),
        ADDED: _("Into the fees: the site's own money, put into the bank account"),
    }[kind]


def accounts(kind: str, member_id: int | None, currency: str) -> tuple[str, str]:
    """Codes of the debit and the credit account."""

    def code(side: str) -> str:
        return wallet(member_id or 0, currency) if side == MEMBER else house(side, currency)

    debit, credit = MOVES[kind]
    return code(debit), code(credit)


def check_proposal(proposal: Proposal, proposer_id: int) -> None:
    if proposal.kind not in MOVES:
        raise Invalid("kind", _("Choose what kind of correction it is."))
    if proposal.amount <= 0:
        raise Invalid("amount", _("Write an amount above zero."))
    if not proposal.reason.strip():
        raise Invalid("reason", _("Say why. It stays in the books, and the member reads it."))
    if (proposal.kind in OF_A_WALLET) != (proposal.member_id is not None):
        wanted = _("Whose wallet is it?") if proposal.kind in OF_A_WALLET else _("This kind is about no wallet.")
        raise Invalid("member", wanted)
    check_not_own(proposal.member_id, proposer_id)


def check_not_own(member_id: int | None, operator_id: int) -> None:
    if member_id == operator_id:
        raise NotAllowed("own_wallet", _("This is your own wallet. Two other operators have to correct it."))


def check_second(correction: Correction, operator_id: int) -> None:
    """The second person is not the first, and nobody whose money it is."""
    check_not_own(correction.member_id, operator_id)
    if correction.proposed_by_id == operator_id:
        raise NotAllowed("second_person", _("You proposed this. Another operator has to make it."))


def check_same(found: Correction, proposal: Proposal) -> None:
    """The same key is the same press of the button."""
    there = (found.kind, found.member_id, found.amount, found.currency, found.reason)
    if there != (proposal.kind, proposal.member_id, proposal.amount, proposal.currency, proposal.reason):
        raise Refused("key_reused", _("This form was already used for another amount. Please load the page again."))


def already_decided() -> Refused:
    return Refused("already_decided", _("This was decided meanwhile. Please load the page again."))
