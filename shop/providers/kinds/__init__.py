"""Which providers the site has: those whose settings are there. Made once for each settings object."""

from functools import lru_cache

from core.provider_settings import Providers
from core.settings import Settings
from shop.providers.interface import Provider
from shop.providers.kinds.fake import FakeProvider
from shop.providers.models import Payment


def online(settings: Settings) -> list[Provider]:
    """Those that a member can choose, the preferred one first."""
    return list(_made(settings.providers))


def find(name: str, settings: Settings) -> Provider | None:
    return next((provider for provider in _made(settings.providers) if provider.name == name), None)


@lru_cache(maxsize=8)
def _made(providers: Providers) -> tuple[Provider, ...]:
    made: list[Provider] = []
    if providers.fake:
        made.append(FakeProvider(providers.fake, providers.timeout))
    return tuple(made)


def code_picture(payment: Payment) -> str:
    """The address of a QR picture for what is scanned and not opened; empty for the rest."""
    return ""
