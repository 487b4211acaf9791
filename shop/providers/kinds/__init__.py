"""Which providers the site has: those whose settings are there. Made once for each settings object."""

from functools import lru_cache
from importlib import import_module
from typing import Any

from markupsafe import Markup

from core import codes
from core.i18n import _
from core.provider_settings import Providers
from core.settings import Settings
from shop.providers.interface import Provider
from shop.providers.models import Payment

KINDS = {  # their libraries are big: a site pays only for those that it uses
    "wechat": "wechat_native:WeChatProvider",
    "alipay": "alipay_page:AlipayProvider",
    "stripe": "stripe_checkout:StripeProvider",
    "fake": "fake:FakeProvider",
    "bank": "bank:BankProvider",
    "wallet": "own_wallet:WalletProvider",
}
HOUSE = ("bank", "wallet")  # nobody calls about these
SLOW = ("bank",)  # takes days: not for what is set aside for a quarter of an hour
UNSEEN = ("wallet",)  # has its own place among the ways to pay


def online(settings: Settings) -> list[Provider]:
    """Those that a member can choose at once: they take the site's currency."""
    return [provider for provider in patient(settings) if provider.name not in SLOW]


def patient(settings: Settings) -> list[Provider]:
    """As `online`, and those that take days, for what waits for its money."""
    found = (provider for provider in _all(settings) if provider.name not in UNSEEN)
    return [provider for provider in found if provider.takes(settings.currency)]


def find(name: str, settings: Settings) -> Provider | None:
    """By name, also one that takes another currency: what was begun is finished."""
    return next((provider for provider in _all(settings) if provider.name == name), None)


def _all(settings: Settings) -> tuple[Provider, ...]:
    return _made(settings.providers, settings.bank_account)


def caller(name: str, settings: Settings) -> Provider | None:
    """One that calls back, by the name in its callbacks' address."""
    return None if name in HOUSE else find(name, settings)


@lru_cache(maxsize=8)
def _made(given: Providers, bank_account: str) -> tuple[Provider, ...]:
    known = {**vars(given), "bank": bank_account or None, "wallet": True}
    found = [(place, known[name]) for name, place in KINDS.items()]
    return tuple(_class(place)(settings, given.timeout) for place, settings in found if settings is not None)


def _class(place: str) -> Any:
    module, _colon, name = place.partition(":")
    return getattr(import_module(f"{__name__}.{module}"), name)


def code_picture(payment: Payment) -> Markup:
    """The QR picture of what is scanned and not opened; empty for the rest."""
    return codes.svg(payment.address, _("Code to scan and pay")) if payment.is_code else Markup("")
