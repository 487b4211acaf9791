"""Where a form may lead back to."""

from urllib.parse import urlsplit


def local_path(wanted: str | None, default: str = "/") -> str:
    """A `next` that stays on this site, or the default. Backslashes, tabs and `//host` are how others get out."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or not wanted.isprintable():
        return default
    parts = urlsplit(wanted)
    return default if parts.scheme or parts.netloc or "\\" in wanted else wanted
