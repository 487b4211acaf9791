"""Who leaves takes their money along first: nothing may lie in a wallet that nobody can open."""

from sqlalchemy import select

from core.db import db
from core.errors import Refused
from core.i18n import _
from forum.members.leaving import guards_leaving
from forum.members.models import Member
from shop.ledger.models import Account


@guards_leaving
def empty_wallet(member: Member) -> None:
    mine = select(Account.id).where(Account.member_id == member.id, Account.balance > 0).limit(1)
    if db.session.scalar(mine) is not None:
        raise Refused("wallet_not_empty", _("There is money in the wallet. Withdraw it first."))
