# ruff: noqa: SIM905 - lists of words are read and mended as words
"""Words that only say that somebody wishes or sells, not what."""

import re

SAYING = frozenset(
    """
    a an any anybody anyone are at buy buying can check do does find for found from good got has have hello help hi
    hunt i im in is iso it know like looking me my need needed of offer on one or please price recommend sale search
    searching second sell selling shop some someone suggestions thanks the this to trade used want wanted wants where
    who wish with would wtb wtd wtt you your
    """.split()
)
_FIRST = "求 收 买 寻 找 要 想 有 谁".split()  # only where a run begins: 收音机 is a radio
_ANYWHERE = """
    求购 求推荐 收购 高价收 收一个 收一台 收个 想要一个 想要 想买 想收 想找 要买 购买 寻找 急需 需要 有没有 谁有 哪里有
    哪里 有人 出售 转让 二手 全新 一个 一台 一只 一件 一部 一辆 请问 推荐 大家 吗 的 了 呢
    """.split()
_BEGINNING = re.compile(f"^(?:{'|'.join(_FIRST)})+(?=..)")
_BETWEEN = re.compile("|".join(sorted(_ANYWHERE, key=len, reverse=True)))


def pieces_of(run: str) -> list[str]:
    """What is left of a run of Chinese: `求购二手相机镜头` -> [相机镜头]."""
    return [_BEGINNING.sub("", piece) for piece in _BETWEEN.sub(" ", run).split()]
