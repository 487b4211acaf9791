"""Pictures made by a recipe: the same name always gives the same pattern. Pure apart from drawing."""

import hashlib
import io
import math
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw

PALETTES = (
    ("#1f3a4d", "#e8b04a", "#f4ead5", "#c8553d", "#7fa99b"),
    ("#2d2a4a", "#ff8f6b", "#ffe3c7", "#7c6fd6", "#3fb8af"),
    ("#23402b", "#d9e4a5", "#f7f3e3", "#e07a3f", "#86a873"),
    ("#4a1f2b", "#f2c6b4", "#fff4ec", "#b23a48", "#8cb3c9"),
    ("#123347", "#8fd0c6", "#f1f6ee", "#f2a65a", "#58788c"),
    ("#3b2a20", "#d9a566", "#f8efe0", "#7a9e7e", "#a8553a"),
)
Draw = ImageDraw.ImageDraw
Colours = tuple[str, ...]


def picture(name: str, kind: str, width: int, height: int) -> bytes:
    """A JPEG of a pattern, drawn twice as large and made smaller so that its edges are smooth."""
    random = Random(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]))
    colours = PALETTES[random.randrange(len(PALETTES))]
    image = Image.new("RGB", (width * 2, height * 2), colours[2])
    PATTERNS[kind](ImageDraw.Draw(image), random, colours, image.size)
    image = image.resize((width, height), Image.Resampling.BOX)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=88)
    return written.getvalue()


def _rings(draw: Draw, random: Random, colours: Colours, size: tuple[int, int]) -> None:
    width, height = size
    x, y = width * random.uniform(0.35, 0.65), height * random.uniform(0.35, 0.65)
    for step, radius in enumerate(range(int(max(size) * 0.75), 0, -int(max(size) * 0.06))):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colours[(step * 3) % len(colours)])


def _hills(draw: Draw, random: Random, colours: Colours, size: tuple[int, int]) -> None:
    width, height = size
    sun = height * random.uniform(0.12, 0.2)
    x, y = width * random.uniform(0.2, 0.8), height * 0.3
    draw.rectangle((0, 0, width, height), fill=colours[1])
    draw.ellipse((x - sun, y - sun, x + sun, y + sun), fill=colours[2])
    for layer in range(4):
        base, swing, shift = height * (0.45 + layer * 0.15), height * 0.08, random.uniform(0, 6)
        crest = [(at, base + swing * math.sin(at / width * 7 + shift)) for at in range(0, width + 20, 20)]
        draw.polygon([(0, height), *crest, (width, height)], fill=colours[(4, 3, 0, 4)[layer]])


def _tiles(draw: Draw, random: Random, colours: Colours, size: tuple[int, int]) -> None:
    side = max(size) // 5
    for left in range(0, size[0], side):
        for top in range(0, size[1], side):
            box = (left, top, left + side, top + side)
            draw.rectangle(box, fill=random.choice(colours))
            start = random.choice((0, 90, 180, 270))
            corner = {0: (0, 0), 90: (1, 0), 180: (1, 1), 270: (0, 1)}[start]
            x, y = left + (corner[0] - 1) * side, top + (corner[1] - 1) * side
            draw.pieslice((x, y, x + 2 * side, y + 2 * side), start, start + 90, fill=random.choice(colours))


def _leaves(draw: Draw, random: Random, colours: Colours, size: tuple[int, int]) -> None:
    draw.rectangle((0, 0, *size), fill=colours[2])
    for _leaf in range(34):
        x, y = random.uniform(0, size[0]), random.uniform(0, size[1])
        length, angle = max(size) * random.uniform(0.14, 0.26), random.uniform(0, math.tau)
        along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
        rim = [
            (step / 12, side * 0.22 * math.sin(math.pi * step / 12)) for side in (1, -1) for step in range(13)[::side]
        ]
        shape = [
            tuple(o + length * (u * a + v * c) for o, a, c in zip((x, y), along, across, strict=True)) for u, v in rim
        ]
        draw.polygon(shape, fill=random.choice((*colours[:2], *colours[3:])))
        draw.line([(x, y), (x + length * along[0], y + length * along[1])], fill=colours[2], width=4)


def _waves(draw: Draw, random: Random, colours: Colours, size: tuple[int, int]) -> None:
    width, height = size
    for band in range(12):
        base, shift = height * band / 11, random.uniform(0, 6)
        edge = [(at, base + height * 0.035 * math.sin(at / width * 9 + shift)) for at in range(0, width + 20, 20)]
        draw.polygon([*edge, (width, height), (0, height)], fill=colours[band % len(colours)])


PATTERNS: dict[str, Callable[[Draw, Random, Colours, tuple[int, int]], None]] = {
    "rings": _rings,
    "hills": _hills,
    "tiles": _tiles,
    "leaves": _leaves,
    "waves": _waves,
}
