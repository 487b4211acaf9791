"""Which providers the site has: those whose settings are there. Made once for each settings object."""

from functools import lru_cache
from importlib import import_module
from typing import Any

import segno

from core.provider_settings import Providers
from core.settings import Settings
from shop.providers.interface import Provider
from shop.providers.models import Payment

KINDS = {  # their libraries are big: a site pays only for those that it uses
    "wechat": "wechat_native:WeChatProvider",
    "alipay": "alipay_page:AlipayProvider",
    "stripe": "stripe_checkout:StripeProvider",
    "fake": "fake:FakeProvider",
}


def online(settings: Settings) -> list[Provider]:
    """Those that a member can choose: they take the site's currency."""
    return [provider for provider in _made(settings.providers) if provider.takes(settings.currency)]


def find(name: str, settings: Settings) -> Provider | None:
    """By name, also one that takes another currency: what was begun is finished."""
    return next((provider for provider in _made(settings.providers) if provider.name == name), None)


@lru_cache(maxsize=8)
def _made(given: Providers) -> tuple[Provider, ...]:
    found = [(place, getattr(given, name)) for name, place in KINDS.items()]
    return tuple(_class(place)(settings, given.timeout) for place, settings in found if settings is not None)


def _class(place: str) -> Any:
    module, _colon, name = place.partition(":")
    return getattr(import_module(f"{__name__}.{module}"), name)


def code_picture(payment: Payment) -> str:
    """The QR picture of what is scanned and not opened, as an address; empty for the rest."""
    return segno.make(payment.address, error="m").svg_data_uri(scale=6, border=2) if payment.is_code else ""
