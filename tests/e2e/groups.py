"""Newsgroups to import: real ones where a checkout has them beside it, else two made up for the tests."""

import os
from pathlib import Path

REAL = Path(__file__).parents[3] / "shared" / "data" / "newsgroups"

OFFERS = (
    (
        "Seagate 80MB drive for sale, $75",
        "Dana Poole",
        "A Seagate ST-296N, 80 MB, SCSI. Works well. Asking $75, buyer pays shipping.",
    ),
    ("FS: amber monitor", "Wes Ito", "An amber monitor, $40. Also a box of seagate cables, $5."),
    ("WANTED: keyboard", "Lou Marsh", "Looking for an old clicky keyboard."),
)
RIDES = (
    ("Helmet for sale", "Kit Rowan", "Full face helmet, medium, never dropped. $60 or best offer."),
    ("Which helmet?", "Sam Dell", "I tried on a dozen helmets and bought the one that fit."),
    ("Re: Which helmet?", "Kit Rowan", "> I tried on a dozen helmets\nSo did I: a helmet that fits is the only rule."),
)


def group_files(folder: Path) -> list[Path]:
    """Paths of mailboxes, `misc.forsale` and `rec.motorcycles` among them."""
    if REAL.is_dir() and not os.environ.get("BOARDWALK_SMALL_GROUPS"):
        return sorted(REAL.glob("*.mbox.gz"))
    return [_write(folder, "misc.forsale", OFFERS), _write(folder, "rec.motorcycles", RIDES)]


def _write(folder: Path, group: str, messages: tuple[tuple[str, str, str], ...]) -> Path:
    path = folder / f"{group}.mbox"
    with path.open("w") as file:
        for number, (subject, name, body) in enumerate(messages):
            address = f"{name.replace(' ', '.').lower()}@made-up.invalid"  # the address is who wrote it, in every group
            file.write(f"From nobody Thu Apr  1 00:00:00 1993\nFrom: {address} ({name})\n")
            file.write(f"Newsgroups: {group}\nSubject: {subject}\nMessage-ID: <{number}.{group}@made-up.invalid>\n")
            file.write(f"Date: {number + 1} Apr 1993 12:00:00 GMT\n\n{body}\n\n")
    return path
