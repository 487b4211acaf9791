"""Settings of payment providers. One is on when its own settings are there; half of them stop the start in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Stripe:
    key: str
    webhook_secret: str
    url: str


@dataclass(frozen=True)
class Alipay:
    """`key` is ours to sign with, `public_key` theirs to check by; both PEM."""

    app_id: str
    key: str
    public_key: str
    url: str


@dataclass(frozen=True)
class WeChat:
    """As Alipay; `serial` names our certificate, `public_key_id` theirs, `apiv3_key` opens what callbacks carry."""

    mchid: str
    appid: str
    serial: str
    key: str
    apiv3_key: str
    public_key: str
    public_key_id: str
    url: str


@dataclass(frozen=True)
class Fake:
    """The provider of tests and demonstrations, on loopback only."""

    url: str
    secret: str


@dataclass(frozen=True)
class Providers:
    """None of them is on unless it is configured. `timeout` is in seconds, for each request to any of them."""

    stripe: Stripe | None = None
    alipay: Alipay | None = None
    wechat: WeChat | None = None
    fake: Fake | None = None
    timeout: float = 8


NO_PROVIDERS = Providers()


class ProviderSettingsError(SystemExit):
    """Raised at the start; the process ends with the sentence."""


def load_providers(given: Mapping[str, str]) -> Providers:
    return Providers(stripe=_stripe(given), alipay=_alipay(given), wechat=_wechat(given), fake=_fake(given))


def _stripe(given: Mapping[str, str]) -> Stripe | None:
    found = _all_or_none(given, "STRIPE", ("KEY", "WEBHOOK_SECRET"))
    if not found:
        return None
    return Stripe(found["KEY"], found["WEBHOOK_SECRET"], _url(given, "STRIPE", "https://api.stripe.com"))


def _alipay(given: Mapping[str, str]) -> Alipay | None:
    found = _all_or_none(given, "ALIPAY", ("APP_ID", "KEY_FILE", "PUBLIC_KEY_FILE"))
    if not found:
        return None
    url = _url(given, "ALIPAY", "https://openapi.alipay.com/gateway.do")
    return Alipay(found["APP_ID"], _pem("ALIPAY_KEY", found), _pem("ALIPAY_PUBLIC_KEY", found), url)


def _wechat(given: Mapping[str, str]) -> WeChat | None:
    names = ("MCHID", "APPID", "SERIAL", "KEY_FILE", "APIV3_KEY", "PUBLIC_KEY_FILE", "PUBLIC_KEY_ID")
    found = _all_or_none(given, "WECHAT", names)
    if not found:
        return None
    return WeChat(
        mchid=found["MCHID"],
        appid=found["APPID"],
        serial=found["SERIAL"],
        key=_pem("WECHAT_KEY", found),
        apiv3_key=found["APIV3_KEY"],
        public_key=_pem("WECHAT_PUBLIC_KEY", found),
        public_key_id=found["PUBLIC_KEY_ID"],
        url=_url(given, "WECHAT", "https://api.mch.weixin.qq.com"),
    )


def _fake(given: Mapping[str, str]) -> Fake | None:
    found = _all_or_none(given, "FAKE_PROVIDER", ("URL", "SECRET"))
    if not found:
        return None
    if urlsplit(found["URL"]).hostname not in LOOPBACK:
        raise ProviderSettingsError("BOARDWALK_FAKE_PROVIDER_URL: only on this machine, as http://127.0.0.1:8090.")
    return Fake(found["URL"].rstrip("/"), found["SECRET"])


def _all_or_none(given: Mapping[str, str], name: str, parts: tuple[str, ...]) -> dict[str, str] | None:
    found = {part: (given.get(f"BOARDWALK_{name}_{part}") or "").strip() for part in parts}
    missing = [f"BOARDWALK_{name}_{part}" for part, value in found.items() if not value]
    if len(missing) == len(parts):
        return None
    if missing:
        raise ProviderSettingsError(f"{', '.join(missing)}: missing, while its other settings are there.")
    return found


def _url(given: Mapping[str, str], name: str, default: str) -> str:
    """Where it is asked: over TLS, or on this machine for tests."""
    url = (given.get(f"BOARDWALK_{name}_URL") or default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ProviderSettingsError(f"BOARDWALK_{name}_URL={url}: must begin with https://")
    return url


def _pem(name: str, found: Mapping[str, str]) -> str:
    path = Path(found[f"{name.partition('_')[2]}_FILE"]).expanduser()
    try:
        return path.read_text()
    except OSError as problem:
        raise ProviderSettingsError(f"BOARDWALK_{name}_FILE={path}: cannot be read ({problem.strerror}).") from problem
