"""What the words around a number or in a remark of an offer mean. English and Chinese; case does not count."""

import re


def either(*patterns: str) -> str:
    """One group that matches any of the patterns."""
    return f"(?:{'|'.join(patterns)})"


def compiled(*patterns: str) -> re.Pattern[str]:
    return re.compile("".join(patterns), re.IGNORECASE | re.MULTILINE)


CURRENCIES = {
    "USD": ("us$", "usd", "$", "dollars", "dollar", "bucks", "美元", "美金", "刀"),
    "CAD": ("can$", "c$", "cdn$"),
    "CNY": ("¥", "￥", "rmb", "cny", "元", "块钱", "块", "圆"),
    "EUR": ("€", "eur", "euro", "euros", "欧元"),
    "GBP": ("£", "gbp", "pounds"),
    "DEM": ("dm",),
    "JPY": ("日元", "jpy"),
}
CURRENCY_OF = {sign: currency for currency, signs in CURRENCIES.items() for sign in signs}

SHIPPING = either("shipping", "postage", r"s\s?[&/]\s?h", "delivery")
NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d\d?)?|\d{1,9}(?:\.\d\d?)?)(?P<thousands>\s?[kK](?![A-Za-z])|\s?[万千])?"
SIGN_BEFORE = r"(?P<before>(?:US|CAN|CDN|C)?\s?\$|[¥￥€£]|(?:USD|RMB|CNY|EUR|GBP)\s?)\s{0,2}"
SIGN_AFTER = (
    r"\s?(?P<after>(?:dollars?|bucks|USD|RMB|CNY|EUR|euros?|GBP|DM)\b"
    r"|美元|美金|日元|欧元|元|块钱|块(?![板键屏])|圆|€|刀)"
)

ASKED_BEFORE = compiled(
    either(
        r"ask(?:ing?)?",
        r"\bsell(?:ing)?(?: (?:it|them|this|all|everything))?(?: all)? (?:for|at)",
        r"price[ds]?(?: is| at)?",
        r"(?:i'?d|would) (?:like|want)",
        r"(?:will|can)? ?take",
        r"\bwant(?:ing|s)?",
        "looking for",
        "yours for",
        "make it",
        "sale for",
        "now",
        "everything(?: else)? for",
        "all for",
        "total",
        *("(?<![原市])价格?", "现在", "售价", "标价", "要价", "卖", "出", "一口价", "打包", "现价"),
    ),
    r"(?: only| about| around| just| for| of| at| price| is| was)*[\s:：=\-~*.>只要个仅]{0,8}$",
)
ASKED_AFTER = compiled(
    r"^(?:\.00)?\W{0,4}",
    either(
        r"o\.?b\.?o",
        "firm",
        r"or (?:best|b\.?o|make|offer|reasonable)",
        "takes (?:it|all)",
        "neg",
        "ono",
        *("不议价", "不刀", "可小?刀", "可议", "包邮", "出", "拿走"),
    ),
)
WHOLE = compiled(
    r"\b(?:everything|package|whole|all of (?:it|them)|for (?:the )?(?:lot|set|all)|takes all)\b|打包|全部"
)
OTHERS_SELL = compiled(
    r"\b(?:they|it|these|which|that|store|new ones?)\s+(?:all |usually |normally |only )?",
    r"(?:sells?|goes?|go for|retails?|lists?)\b",
)
OTHER_SUM_BEFORE = compiled(
    either(
        "paid",
        "bought",
        "buy",
        "purchased?",
        "costs?",
        "cost me",
        "worth",
        "retails?",
        "list(?:s|ed)?",
        "list price",
        "new",
        "was",
        "were",
        r"orig(?:inally|\.)?",
        "valued?",
        "sells?",
        "sold",
        "sell(?:ing)? new",
        "msrp",
        "suggested",
        r"reg(?:ular|ularly|\.)?",
        "normally",
        "save",
        "savings?",
        "compare",
        "over",
        "than",
        "deposit",
        "discount",
        "quoted",
        "warehouse",
        "stores?",
        *("原价", "原来", "买入", "入手", "入的", "购入", "买的", "市价", "官网", "京东", "定金"),
    ),
    r"(?:[\s\w'’]{0,22}| price)[\s:：~(]*$",
)
SHIPPING_BEFORE = compiled(
    either(SHIPPING, "handling", "freight", "add", "plus", "extra", r"\+", r"c\.?o\.?d\.?", "insurance"),
    r"[\s\w:(]{0,14}$|(?:运费|邮费|快递|[加补])[\s\w:：]{0,4}$",
)
OTHER_SUM_AFTER = compiled(
    r"^(?:\.00)?[\s)]*(?:for |in |of |each for )?(?:the )?(?:fully )?(?:refundable )?",
    either(
        SHIPPING,
        "handling",
        r"(?:deposit|down|off|list|more|less)\b",
        "value",
        "retail",
        "bill",
        "per (?:month|year)",
        "/mo",
        "a month",
        "rebate",
        "discount",
        "minimum",
        *("运费", "邮费", "定金", "优惠", "左右买", "买的", "入的", "入手", "多买"),
    ),
)
UNIT_AFTER = compiled(
    r"^\s*-?",
    either(
        r"[kmgt]b?y?t?e?s?\b",
        *("meg", "mhz", "hz", "dpi", "rpm", "baud", "bps", "bit", "pin", "mpg", "miles", "km", "cm", "mm", "inch"),
        r"(?:ns|hp|mi|in|w|v|of|st|nd|rd|th|am|pm)\b",
        *("ft", "feet", "lbs?", "pounds", "kg", "oz", "watts?", "volts?", "ohm", "years?", "months?", "days?"),
        *("hours?", "people", "pages?", "disks?", "pcs?", "pieces", "games"),
        *("[年月日号个台件本张寸克天]", "毫米", "小时"),
    ),
)
WANTED = compiled(
    r"^\W*(?:wanted|wtb|want(?:ing)? to buy|looking (?:for|to buy)|iso\b|buying|need(?:ed)?\b|求购|求|收[购一个:：]?)",
    r"|wanted\W*$",
)

_USED_UP = r"[\s-]?(?:cond|shape|order)"
CONDITIONS = {
    "parts": compiled(
        r"for parts|parts only|not working|does(?:n'?t| not) work|\bbroken\b|\bas[- ]is\b|needs repair",
        "|坏了|零件机|故障|尸体",
    ),
    "new": compiled(
        r"brand[- ]?new|(?<!like )(?<!like-)\bnew[,!]? (?:in|never|unused|condition|still|and)|[(\[]new[)\]]|\bnew!",
        r"|never (?:been )?(?:used|opened|worn|installed|out of)|unopened|unused|stil+ (?:in\b|sealed)",
        r"|shrink[- ]?wrap|factory sealed|\bnib\b|(?<!几乎)(?<!准)全新|未拆|未开封|没拆",
    ),
    "like_new": compiled(
        r"like[- ]?new|as new|\bmint\b|(?:barely|hardly|scarcely|rarely) (?:been )?used|used (?:only )?(?:once|twice)",
        rf"|(?:excellent|perfect|immaculate|pristine|superb)(?: working)?(?:{_USED_UP}|$|[.!,])",
        r"|[九9]\d?\s?成新|9[5-9]\s?新|几乎全新|准新",
    ),
    "fair": compiled(
        rf"\bfair{_USED_UP}|\brough\b|needs (?:some )?(?:work|tlc)",
        r"|[五六七5-7]\d?\s?成新|[5-7][05]\s?新|明显(?:使用)?痕迹",
    ),
    "good": compiled(
        rf"\bused\b|second[- ]?hand|(?:good|great|fine|decent|nice)(?: working)?{_USED_UP}",
        r"|works? (?:great|fine|well|perfect)|(?:years?|months?) old|runs (?:great|well|good)",
        r"|[八8]\d?\s?成新|8[05]\s?新|二手|用了|使用痕迹|正常使用",
    ),
}
DELIVERIES = {
    "included": compiled(
        rf"{SHIPPING}(?: (?:and|&) handling)?(?: is| are)? (?:included|free|paid)|free shipping",
        rf"|(?:includ(?:es|ing)|with) {SHIPPING}|(?:i'?ll|i will|will) pay (?:for )?(?:the )?{SHIPPING}",
        r"|\bshipped\b|postpaid|\bppd\b|(?<!不)包邮",
    ),
    "pick_up": compiled(
        r"pick[- ]?up only|must (?:be )?pick|you (?:must )?(?:pick|haul)|local (?:pick|only|sale)",
        "|cash (?:and|&|n) carry|自提|面交|同城交易",
    ),
    "extra": compiled(
        rf"(?:plus|\+|add|extra for|(?:buyer|you) pays?(?: for)?|not includ\w+) (?:the )?{SHIPPING}",
        rf"|{SHIPPING} (?:is )?(?:extra|not included|additional)|邮费自理|运费自[理付]|不包邮|到付",
    ),
}
