"""Settings from the environment and `.env`. A wrong value stops the start with a sentence that names it."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values
from moneyed import CURRENCIES

from core.provider_settings import NO_PROVIDERS, Providers, load_providers

LANGUAGES = ("en", "zh_Hans")
DATABASES = ("sqlite", "postgresql")
SEARCH_ENGINES = ("whoosh", "postgresql")


class SettingsError(SystemExit):
    """Raised at the start; the process ends with the sentence."""


@dataclass(frozen=True)
class Settings:
    data: Path
    database_url: str
    secret_key: str
    base_url: str
    currency: str = "USD"
    languages: tuple[str, ...] = LANGUAGES
    mail_url: str = "folder:"
    storage_url: str = "folder:"
    search: str = "whoosh"
    redis_url: str = ""
    port: int = 8000
    web_workers: int = 1
    proxies: int = 0
    fee_percent: Decimal = Decimal("5")
    sandbox: bool = False
    bank_account: str = ""
    country: str = ""
    return_days: int = 14
    alone_up_to: Decimal | None = Decimal("1000")  # beyond it money is settled by two operators; None: never
    providers: Providers = NO_PROVIDERS

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check every setting; makes the data folder (owner only) if it is missing."""
    given = _with_dotenv() if environment is None else environment
    data = _data_folder(given.get("BOARDWALK_DATA") or "data")
    port = _whole(given, "PORT", 8000, low=1, high=65535)
    database_url = _database(given, data)
    return Settings(
        data=data,
        database_url=database_url,
        secret_key=given.get("BOARDWALK_SECRET_KEY") or _kept_secret(data),
        base_url=_base_url(given, port),
        currency=_choice(given, "BOARDWALK_CURRENCY", "USD", tuple(CURRENCIES)),
        languages=_languages(given),
        mail_url=_scheme(given, "BOARDWALK_MAIL_URL", "folder:", ("folder", "smtp", "smtps")),
        storage_url=_scheme(given, "BOARDWALK_STORAGE_URL", "folder:", ("folder",)),
        search=_search(given, database_url),
        redis_url=_scheme(given, "BOARDWALK_REDIS_URL", "", ("redis", "rediss", "unix")),
        port=port,
        web_workers=_whole(given, "WEB_WORKERS", 1, low=1, high=64),
        proxies=_whole(given, "BOARDWALK_PROXIES", 0, low=0, high=5),
        fee_percent=_percent(given, "BOARDWALK_FEE_PERCENT", "5"),
        sandbox=_choice(given, "BOARDWALK_SANDBOX", _sandbox_default(data), ("yes", "no")) == "yes",
        country=_country(given),
        return_days=_whole(given, "BOARDWALK_RETURN_DAYS", _days_of_return(_country(given)), low=0, high=365),
        alone_up_to=_alone(given),
        bank_account=(given.get("BOARDWALK_BANK_ACCOUNT") or "").strip()[:500],
        providers=load_providers(given),
    )


def _with_dotenv() -> dict[str, str]:
    kept = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    return kept | dict(os.environ)


def _data_folder(path: str) -> Path:
    folder = Path(path).expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise SettingsError(f"BOARDWALK_DATA={path}: this folder cannot be made ({problem.strerror}).") from problem
    if not os.access(folder, os.W_OK):
        raise SettingsError(f"BOARDWALK_DATA={path}: this folder cannot be written to.")
    return folder


def _sandbox_default(data: Path) -> str:
    """Play money is on by itself only in a folder that `flask demo` has filled and marked."""
    return "yes" if (data / "demo").exists() else "no"


def _kept_secret(data: Path) -> str:
    """The secret made at the first start. Written to a name of its own first, so that two starts agree on one."""
    path = data / "secret_key"
    if not path.exists():
        draft = data / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _database(given: Mapping[str, str], data: Path) -> str:
    url = given.get("BOARDWALK_DATABASE_URL") or f"sqlite:///{data / 'boardwalk.sqlite3'}"
    kind = url.partition(":")[0].partition("+")[0]
    if kind not in DATABASES:
        raise SettingsError(f"BOARDWALK_DATABASE_URL: {kind or url}: is not known. Use sqlite:///… or postgresql://…")
    if kind == "postgresql":
        return "postgresql+psycopg" + url[url.index(":") :]
    if url in ("sqlite://", "sqlite:///:memory:"):
        raise SettingsError("BOARDWALK_DATABASE_URL: a database in memory cannot be shared by server and worker.")
    return url


def _search(given: Mapping[str, str], database_url: str) -> str:
    engine = _choice(given, "BOARDWALK_SEARCH", "whoosh", SEARCH_ENGINES)
    if engine == "postgresql" and not database_url.startswith("postgresql"):
        raise SettingsError(
            "BOARDWALK_SEARCH=postgresql: needs a PostgreSQL database; set BOARDWALK_DATABASE_URL=postgresql://…"
        )
    return engine


def _base_url(given: Mapping[str, str], port: int) -> str:
    url = given.get("BOARDWALK_BASE_URL") or f"http://127.0.0.1:{port}"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
        raise SettingsError(f"BOARDWALK_BASE_URL={url}: write it like https://forum.example, without a path.")
    return url.rstrip("/")


def _country(given: Mapping[str, str]) -> str:
    """Two letters (ISO 3166), or empty when the site is of no country."""
    country = (given.get("BOARDWALK_COUNTRY") or "").strip().upper()
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise SettingsError(f"BOARDWALK_COUNTRY={country}: write two letters, as CN or DE.")
    return country


def _days_of_return(country: str) -> int:
    """The law's least for goods bought from afar: seven days in China, fourteen in the EU and where none is known."""
    return {"CN": 7}.get(country, 14)


def _languages(given: Mapping[str, str]) -> tuple[str, ...]:
    wanted = tuple(part.strip() for part in (given.get("BOARDWALK_LANGUAGES") or ",".join(LANGUAGES)).split(","))
    for language in wanted:
        if language not in LANGUAGES:
            raise SettingsError(f"BOARDWALK_LANGUAGES: {language!r} is not known. Known: {', '.join(LANGUAGES)}.")
    return wanted


def _choice(given: Mapping[str, str], name: str, default: str, known: tuple[str, ...]) -> str:
    value = given.get(name) or default
    if value not in known:
        some = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
        raise SettingsError(f"{name}={value}: is not known. Known: {some}.")
    return value


def _scheme(given: Mapping[str, str], name: str, default: str, known: tuple[str, ...]) -> str:
    value = given.get(name) or default
    if value and value.partition(":")[0] not in known:
        raise SettingsError(f"{name}: must begin with one of {', '.join(k + ':' for k in known)}.")
    return value


def _whole(given: Mapping[str, str], name: str, default: int, *, low: int, high: int) -> int:
    value = given.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise SettingsError(f"{name}={value}: must be a whole number from {low} to {high}.")
    return int(value)


def _percent(given: Mapping[str, str], name: str, default: str) -> Decimal:
    value = given.get(name) or default
    try:
        percent = Decimal(value)
    except InvalidOperation:
        percent = Decimal(-1)
    if not (percent.is_finite() and 0 <= percent <= 50):
        raise SettingsError(f"{name}={value}: must be a number from 0 to 50.")
    return percent


def _alone(given: Mapping[str, str]) -> Decimal | None:
    """Up to which sum one operator settles alone, in the site's currency; `off`: whatever the sum."""
    value = given.get("BOARDWALK_TWO_PERSONS_ABOVE") or "1000"
    if value == "off":
        return None
    try:
        sum_ = Decimal(value)
    except InvalidOperation:
        sum_ = Decimal(-1)
    if not (sum_.is_finite() and 0 <= sum_ <= 10**9):
        raise SettingsError(f"BOARDWALK_TWO_PERSONS_ABOVE={value}: must be a sum like 1000, or off.")
    return sum_
