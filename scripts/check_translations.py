"""Every string of the interface stands in every catalogue, translated, with the same placeholders; none is dead.

Run by `make check`. Prints what is wrong, one line each; the exit status says.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOMS = ("core", "forum", "shop", "search", "demo", "templates")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def extracted() -> Catalog:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "messages.pot"
        rooms = [room for room in ROOMS if Path(room).is_dir()]
        command = [
            str(Path(sys.executable).with_name("pybabel")), "--quiet", "extract", "-F", "translations/babel.cfg",
            "-k", "_l", "-o", str(target), *rooms,
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
        with target.open("rb") as file:
            return read_po(file)


def problems(source: Catalog, catalogue: Catalog, name: str) -> list[str]:
    wanted = {message.id for message in source if message.id}
    known = {message.id: message for message in catalogue if message.id}
    found = [f"{name}: not translated: {_shown(key)}" for key in wanted if not _is_translated(known.get(key))]
    found += [f"{name}: dead: {_shown(key)}" for key in known.keys() - wanted]
    found += [f"{name}: other placeholders: {_shown(key)}" for key in wanted & known.keys() if _differs(known[key])]
    return sorted(found)


def _shown(key: str | tuple[str, ...]) -> str:
    return repr(key if isinstance(key, str) else key[0])


def _is_translated(message: Message | None) -> bool:
    if message is None or "fuzzy" in message.flags:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def _differs(message: Message) -> bool:
    """Whether a translation lost a placeholder or made one up; it may follow any of the English forms."""
    asked = message.id if isinstance(message.id, tuple | list) else (message.id,)
    given = message.string if isinstance(message.string, tuple | list) else (message.string,)
    known = [set(PLACEHOLDER.findall(text)) for text in asked]
    return any(text and set(PLACEHOLDER.findall(text)) not in known for text in given) or bool(message.check())


def main() -> int:
    source = extracted()
    found = []
    for path in sorted(Path("translations").glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            found += problems(source, read_po(file), path.parts[1])
    print("\n".join(found) or f"{len(source)} strings, all translated.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
