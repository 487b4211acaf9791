# ruff: noqa: SIM905 - lists of words are read and mended as words
"""Made-up posts in English and Chinese: words by a Zipf-like law, the same for the same seed. Pure."""

from collections.abc import Iterator
from itertools import product

import numpy
from numpy.random import Generator
from numpy.typing import NDArray

VOCABULARY = 20_000  # words of each language
ZIPF = 1.05  # exponent of rank
MEAN, SPREAD, SHORTEST, LONGEST = 400, 0.6, 20, 4_000  # characters of a post, log-normal
CHINESE = 0.3  # share of posts; one post in ten is in both

COMMON = """
the to and a of it is in for that with this on have but not you was are as one so be my at they can all or if just from
would there what like about when out more some time up has very good much well get new too then them than only other
really work think know use make want need look still after old right way even back most take years first little day
price sell buy market offer shipping condition camera lens manual film shutter coffee grinder kettle beans roast water
turntable amplifier speaker cable capacitor solder tube record engine helmet tire brake chain bicycle motorcycle repair
tool bench vise wood spoon knife sharpen glue chair garden tomato seed soil pot bread flour kitchen scale recipe weight
walking running swimming memory drive disk modem keyboard monitor printer software game ticket season team goal
""".split()
SYLLABLES = [
    first + second
    for first, second in product("b ch d f g k l m n p r s t v w st tr".split(), "a e i o u ai er on".split())
]
CHINESE_COMMON = """
的 了 是 我 在 有 不 就 都 也 这个 那个 可以 没有 我们 大家 现在 时候 觉得 知道
问题 因为 所以 如果 其实 感觉 一下 东西 喜欢
减肥 咖啡 豆子 研磨 水温 手冲 相机 镜头 胶片 快门 耳机 音箱 唱机 功放 键盘 屏幕 轴体 汽车 轮胎 发动机 摩托 骑行 头盔
番茄 阳台 种子 堆肥 厨房 餐盘 蛋白质 晚饭 跑步 走路 游泳 体重 睡觉 价格 包邮 自提 二手 全新 转让 出售 求购 便宜 质量
""".split()
CHARACTERS = (
    "人大来上个国到说们为子和你地出道时年得要下以生会自着去之过家学对她里后小么心多天而能好都然日于起还发成事只作当想看文无开"
    "手十用主行方又如前所本见经头面公同三已老从动两长知"
)


def vocabularies() -> tuple[list[str], list[str]]:
    """English and Chinese words, the commonest first."""
    made = ("".join(parts) for length in (2, 3) for parts in product(SYLLABLES, repeat=length))
    paired = ("".join(parts) for length in (2, 3) for parts in product(CHARACTERS, repeat=length))
    return _distinct(COMMON, made), _distinct(CHINESE_COMMON, paired)


def _distinct(common: list[str], made: Iterator[str]) -> list[str]:
    words = dict.fromkeys(common)
    for word in made:
        words.setdefault(word)
        if len(words) == VOCABULARY:
            break
    return list(words)


class Writer:
    """Writes posts one after the other from one generator."""

    def __init__(self, random: Generator):
        self.random = random
        self.english, self.chinese = vocabularies()
        self.weights = numpy.cumsum(1.0 / numpy.arange(1, VOCABULARY + 1) ** ZIPF)
        self.weights /= self.weights[-1]

    def bodies(self, count: int) -> Iterator[str]:
        """Posts of one or two paragraphs, about MEAN characters each."""
        sizes = self.random.lognormal(numpy.log(MEAN) - SPREAD**2 / 2, SPREAD, count).clip(SHORTEST, LONGEST)
        kinds = self.random.random(count)
        for size, kind in zip(sizes, kinds, strict=True):
            if kind < CHINESE - 0.05:
                yield self._chinese(int(size))
            elif kind < CHINESE + 0.05:
                yield f"{self._english(int(size / 2))}\n\n{self._chinese(int(size / 2))}"
            else:
                yield self._english(int(size))

    def title(self, *, is_chinese: bool) -> str:
        return self._chinese(14)[:-1] if is_chinese else self._english(38)[:-1]

    def _english(self, size: int) -> str:
        words = [self.english[place] for place in self._places(size / 5.2)]
        for start in range(0, len(words), 12):
            words[start] = words[start].capitalize()
            words[min(start + 11, len(words) - 1)] += "."
        return " ".join(words)

    def _chinese(self, size: int) -> str:
        words = [self.chinese[place] for place in self._places(size / 2)]
        return "，".join("".join(words[start : start + 6]) for start in range(0, len(words), 6)) + "。"

    def _places(self, count: float) -> NDArray[numpy.intp]:
        return numpy.searchsorted(self.weights, self.random.random(max(int(count), 3)))


def as_html(body: str) -> str:
    """What core.text makes of these bodies, which hold nothing but words: rendering 200,000 posts takes minutes."""
    return "".join(f"<p>{paragraph}</p>\n" for paragraph in body.split("\n\n"))
