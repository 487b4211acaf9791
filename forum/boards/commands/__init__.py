"""What changes boards and who belongs to them. Each function is one transaction."""

from forum.boards.commands.applying import accept, apply, refuse, withdraw
from forum.boards.commands.founding import Draft, change, found
from forum.boards.commands.inviting import invite, redeem, revoke
from forum.boards.commands.joining import accept_rules, join, leave, set_findable
from forum.boards.commands.records import record
from forum.boards.commands.roles import set_role

__all__ = [
    "Draft",
    "accept",
    "accept_rules",
    "apply",
    "change",
    "found",
    "invite",
    "join",
    "leave",
    "record",
    "redeem",
    "refuse",
    "revoke",
    "set_findable",
    "set_role",
    "withdraw",
]
