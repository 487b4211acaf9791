# ruff: noqa: SIM905 - a list of words is read and mended as words
"""Words with which a question is not counted, so that nobody is greeted by them on the page of demand figures.

Not a filter of what people may say: these searches work as all others do.
"""

RUDE = frozenset(
    """
    anal anus arse arsehole ass asshole bastard bitch bitches blowjob boob boobs bullshit butthole clit cock cocks
    cum cunt cunts dick dicks dildo escort escorts fag faggot fuck fucked fucker fucking fucks gangbang handjob
    hentai hooker incest jerkoff kike lolita milf motherfucker nazi nigga nigger nude nudes orgy paki penis pedo porn
    porno pussy rape raped rapist retard sex sexy shit shitty slut sluts spic suicide tits tranny twat vagina wank
    wanker whore whores xxx
    """.split()
)
RUDE_RUNS = tuple(
    """
    傻逼 傻屄 操你 肏 妈的 妈逼 草泥马 鸡巴 几把 屌 婊子 贱人 妓女 卖淫 嫖 色情 黄片 做爱 裸照 裸聊 约炮 强奸 乱伦 自杀
    援交 幼女 阴道 阴茎 毒品 冰毒 枪支 代孕
    """.split()
)
