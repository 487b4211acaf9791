"""How money comes in. None of them calls anyone inside a request: a provider only says what the member has to do."""

from typing import Protocol

from core.i18n import _


class Provider(Protocol):
    """`settles_at_once`: the money is there when it was asked for, and no operator looks at it."""

    name: str
    settles_at_once: bool

    def label(self) -> str: ...

    def hint(self) -> str: ...


class BankTransfer:
    name, settles_at_once = "transfer", False

    def label(self) -> str:
        return _("Bank transfer")

    def hint(self) -> str:
        return _("You get a reference to write on your transfer. The operator adds the money when it arrives.")


class Sandbox:
    """Play money for demonstrations: on only with BOARDWALK_SANDBOX=yes."""

    name, settles_at_once = "sandbox", True

    def label(self) -> str:
        return _("Play money")

    def hint(self) -> str:
        return _("Arrives at once. This is a demonstration: nobody pays anything.")


def available(*, sandbox: bool) -> list[Provider]:
    """What the site offers, the preferred one first."""
    return [Sandbox(), BankTransfer()] if sandbox else [BankTransfer()]
