# ruff: noqa: E501 - patterns are read and mended one meaning a line
"""The markers of intent in English and Chinese, for normalized text (small letters, simplified characters).

Chinese verbs of one character need guards: 出 offers in 出一台相机, not in 出门, 出现, 出来; 收 wishes in 收头盔, not in 收到, 收藏.
"""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# Whom a marker is said of, where that is not the author now; matched at the end of what stands before the marker.
OTHERS = _any(
    r"\b(?:he|she|they|you|u|who|people|someone|somebody|everyone|everybody|anyone|anybody|folks|guys|customers|friend|"
    r"brother|sister|wife|husband|son|guy|newbies|beginners|those|shop|store|dealer|dealers|company|companies|ebay)"
    r"(?:'s|'re|'d)?(?:\s+(?:is|are|was|were|will|would|may|might|who|really|still|also|just|always|currently|do|does|not)){0,3}"
    r"\s*$",
    r"\b(?:was|were|used to be|had been|when|before|started|stopped|instead of|without|worth|not)\s+(?:i\s+was\s+)?"
    r"(?:also\s+|still\s+)?$",
    r"(?:[他她你您谁]们?|朋友|同事|别人|人家|大家|有人|网友|老婆|老公|同学|新手|商家|店家|店里|老板|厂家|客户)(?:也|还|都|又|就|说|是|正|一直){0,2}$",
    r"(?:当初|当时|曾经|以前|之前|本来|原本|那时候?|去年|前年|早就|如果|要是|假如|即便|即使|就算|哪怕|除非|若|每次|的时候)(?:我|也|还|就|是|一直){0,2}$|非$",
    r"\b(?:do|does|did|why would|when would)\s*$",
)

_BUY = r"(?:buy|purchase|get|find|acquire|pick up)"
_ADVICE = (
    r"(?!\s+(?:\S+\s+){0,3}(?:advice|help|tips?|info|information|recommendations?|opinions?|suggestions?|feedback|ideas|"
    r"guidance|answers?|reviews?|comments|pointers|someone|somebody|people|friends|anyone|trouble|work|job|when|if)\b)"
)
_A_THING = r"(?!.*(?:教程|攻略|路线|路径|经验|主播|up主|博主|视频|文章|电影|学习|餐厅|饭店))"
_NOT_OUT = r"(?![门现来去发国差于口入生版租汗事错色名身血游席众息厂轨示路品芽苗师道诊境海声乎警动炒账圈片神气丑糗糟手处力局场线院货自]|头(?![盔灯戴层枕])|问题|了)"
_COUNTED = (
    r"(?:[一两二三几]?(?:个|台|只|顶|条|双|把|辆|部|本|张|支|块|套|对|副|架|颗|枚|件)|一|自用|闲置|全新|二手|我的|手头)"
)
_NOT_GOT = r"(?![到藏拾获费音据益件银起成看官纳集缩视工尾敛房租款货场养录听紧复割效线入回发]|购站|下了?|走)"

MARKERS = {
    "sold": _any(
        r"已(?:经)?(?:售|卖|转让|转手|转出|成交)(?!后|价)|已(?:经)?出(?!现|来|版|发|生|口|门|台|炉|货|问题)|售出|卖掉了|卖完|出掉了|出完了|交易完成|不再(?:出售|转让|卖)|(?:已|都|全)(?:经)?没了",
        r"\b(?:now|all|both|already|edit|update|is|are|it's|been|everything)\W+sold\b(?!\s+(?:as|by|in|at|with|on|under|for)\b)",
        r"^\W*sold\b(?!\s+(?:as|by|in|at|my|our|mine|all my|the|a|an|it|separately|on)\b)",
        r"(?<!\bi )(?<!\bwe )(?<!\bhe )(?<!\bshe )(?<!\bthey )(?<!\bwho )(?<!'ve )(?<!\bhave )(?<!\bhad )(?<!\bnever )"
        r"(?<!\bever )(?<!\bi just )(?<!\bget )(?<!\bgot )(?<!\bbeing )(?<!\bwere )(?<!\bwas )\bsold(?: pending| already| to \S+)?\W*$",
        r"\bno longer (?:available|for sale|selling)|\b(?:deal|sale) (?:is )?(?:done|closed|complete)|\b(?:now|all) gone\b|"
        r"^\W*gone\W*$|\bnot (?:available|for sale) any\s?more",
    ),
    "found": _any(
        r"已(?:经)?(?:收(?:到|了|齐|满)?|买到?|购|入手|入了|找到)(?!信|邮件|回复|款|录)|(?:收|买|找)到了(?!信|邮件|回复)|不(?:收|求|买|要|需要|找)了|不再(?:收|求|需要|找|买)|已(?:解决|完结|下单|提车)|最后(?:还是)?(?:买|入|选)了",
        r"\bno longer (?:looking|need|needed|want|interested|buying|searching|in the market)",
        r"\b(?:don'?t|do not|not) (?:need|want|looking)\b.*\bany\s?more|\b(?:i|have|'ve|just|already|now)\s+found one|^\W*found(?: one| it)?\W*$|"
        r"\b(?:already|just) (?:bought|got|purchased) one\b|\bwish fulfilled|\bclose this|please close",
    ),
    "declines": _any(
        r"(?:不|没|没有|并不|从不|不会|不太|不再|也不|又不|无意)(?:是)?(?:想|打算|准备|考虑|愿意|要|会)*"
        r"(?:买|购买|收(?!到|藏|费|拾|获)|入手|求购|卖|转让|出售|转卖|想要|需要)",
        r"(?:不想|不打算|不准备|不舍得|舍不得|暂不|坚决不|不)出(?![门现来去发国差于口入生租汗事错名身众息手声所力])",
        r"不想要|不要(?!紧|急|忘|怕|担心|太|再说|说|用|去|把|让|在|被|给|问|看|想|以为|觉得|相信|钱|求|为|轻|只|以|和|跟|随)|[别莫](?:再)?(?:买|入手|收(?!到|藏)|冲动)|非卖|劝退|谢绝|仅供展示",
        r"\bnot (?:for sale|selling|buying|looking (?:for|to)|interested|in the market|going to (?:buy|sell)|gonna (?:buy|sell)|planning to (?:buy|sell)|want(?:ing)?)",
        r"\b(?:don'?t|do not|doesn'?t|didn'?t|did not|wouldn'?t|would not|won'?t|will not|never|no longer)\s+(?:really\s+|actually\s+|even\s+|ever\s+)?"
        r"(?:want|need|buy|sell|like to buy|plan to (?:buy|sell)|intend to (?:buy|sell))\b(?!\s+to\s+(?!buy|sell|get|own|purchase|part))",
        r"\bno (?:interest in|intention of) (?:buying|selling)|\b(?:never|not) (?:ever )?(?:part|parting) with",
    ),
    "wants": _any(
        r"(?<![要需请追寻诉恳力供谋苛征])求(?:购|收|转让|割爱|带走?价?)|(?<![要需请追寻诉恳力供谋苛征])求[一个台只顶条双把辆部本张支块套]|求出(?!来|路|租|处|答|解|最|值)|(?:有人|谁|有没有人?|哪位|有谁)(?:.{0,14})(?:出(?:售|吗|么|让|的|手|$|[^门现来去发国差])|卖|转让?)",
        r"(?:想|打算|准备|考虑|计划|要|想再|急)(?:买|购买|入手|收(?:购|[一个台只条把])?|入)(?!的(?:话|人|朋友|同学|可以)|来|了|过|门|睡|到|藏|拾|戏)(?!.*的话)",
        r"(?:^|[\s【\[(（“]|我|想|诚心?|高价|低价|长期|现金|有偿|急|也|再|还|本人|同城|打算|准备|预算\S{0,6})收(?:购)?"
        + _NOT_GOT
        + r"(?=\S|\s|$)",
        r"收购(?!站)|想要(?:一|个|台|买|收|[个台只顶条双把辆部])|蹲[一个台只顶]|蹲(?:$|\s)|急需|需要(?:一|[个台只顶条双把辆部])|缺一?[个台只顶条把]|(?<![要需请追寻诉恳力供谋苛征])求(?:$|\s)",
        r"(?<![要需请追寻诉恳力供谋苛征])求.{0,6}?推(?![广动翻进出行论测导送销])"
        + _A_THING
        + r"|有(?:没有|什么|啥|无).{0,14}推荐"
        + _A_THING
        + r"|推荐.{0,12}(?:吗|嘛|呗|么)$|(?<![还再])买(?:什么|啥|哪)|入手(?:什么|啥|哪)",
        r"(?:想|打算|准备|考虑)(?:是|要|着)?(?:入|换|整|搞|弄|添|提|配)[一个台只顶条双把辆部支套点]|预算(?:在|大概|大约|不超过|差不多)?\s*[\d一二两三四五六七八九十百千万]|[\d一二两三四五六七八九十百千万]\s*(?:块|元|的|左右)?预算(?![很太够尴有不])",
        rf"\bwtb\b|\bwant(?:ing|ed)? to {_BUY}|\bin search of\b|\bin the market for\b|\b(?:would|'d) (?:like|love) to {_BUY}",
        rf"\blooking (?:for\b{_ADVICE}|to {_BUY}\b|into buying)|\b(?:searching|shopping|hunting|on the (?:hunt|lookout)) for\b{_ADVICE}",
        r"\b(?:any(?:one|body|body here|one here)|someone|who(?:'s| is)?)\s+(?:\S+\s+)?(?:sell(?:ing|s)?|parting with|letting go)\b|\banyone (?:here )?(?:have|has|got)\b.*\b(?:for sale|to sell|to spare|spare)",
        rf"\b(?:need|hoping|trying|planning|going|like|ready) to (?:buy|purchase|find)\b|\binterested in (?:buying|purchasing)|\b(?:i'm|i am|we're|we are) (?:after|buying)\b|\bi(?:'ll| will| would|'d) buy\b|\bwhere can i (?:buy|get|find)\b{_ADVICE}",
        r"^\W*wanted\b(?!\s+to\b)|(?<!\bi )(?<!\bwe )(?<!\bhe )(?<!\bthey )(?<!\byou )(?<!always )(?<!ever )(?<!just )(?<!never )\bwanted\W*$|^\W*buying\b|^\W*need(?:ed)?\W*$|\bneed (?:a|an|one|some)\b(?:\s+\S+){1,4}\s*$|\bi need an?\b",
    ),
    "sells": _any(
        r"出售(?!后)|转让(?!费)|出让|转卖|转手(?!就)|低价转|闲置转|(?:打包|忍痛|含泪|亏本|半价|原价|低价)(?:转|出|卖)|(?:^|[\s【\[(（])转(?![发载告眼身变向换折头车动速账给行贴帖机])|亏卖|甩卖|清仓|处理掉?(?=.{0,6}(?:闲置|二手))",
        r"(?:^|[\s【\[(（“]|我|想|欲|便宜|急|个人|自用|诚心?|现|打算|准备|本人|也|全新|[成几\d]新|二手|闲置|可|再|考虑)出"
        + _NOT_OUT
        + r"(?=\S|$|\s)",
        r"(?:^|我|来|想|还|也|在|[^提杰突付传露退超支])出"
        + _COUNTED
        + r"|(?:闲置|二手|成新|全新|自用|一[个台只顶条把辆部支套]).{0,12}[出转]\W*$|想出(?:掉|手)",
        r"(?:^|[\s【\[(（]|我|想|要|低价|便宜|急|打算|准备|现|个人|闲置)卖(?![家点弄萌力座场完掉的得光了过]|相)|有意(?:者)?(?:请)?(?:私|联系|加)|包邮出|标价",
        r"\bwts\b|(?<!not )(?<!any )(?<!saw )(?<!seen )\bfor sale\b|\bup for (?:grabs|sale)|\bparting out\b|\bletting (?:it |this |mine |them )?go\b|\bprice (?:drop|reduced)|\bor best offer|\bobo\b|\bmake (?:me )?an offer|\bopen to offers|\bbest offer\b",
        r"\basking (?:price (?:is )?)?(?:for )?[\$€£¥]\s?\d|[\$€£¥]\s?\d+\S* (?:shipped|obo|plus shipping|firm)|\d+ (?:shipped|obo)\b",
        r"(?:^\W*|\b(?:i'?m|i am|we'?re|we are|still|now|also|and|currently|be)\s+)selling\b(?!\s+(?:point|price|well|out))",
        r"\b(?:i|we)(?:'d|'ll)?\s+(?:(?:still|also|now|just|really)\s+)?(?:want|have|need|would like|plan|am going|am looking|am trying|decided|will|can|must)?\s*(?:to )?sell\b|\b(?:looking|wanting|trying|have|need|going) to sell\b|\b(?:i|we)(?:'d| would| might| may)? (?:consider|be willing to part|think about|think of)(?:ing)? (?:sell|with)|^\W*(?:must )?sell(?:ing)? my\b",
    ),
}
# Words, single characters and pairs of them: a clause with none of these has no such marker. Small letters, either Chinese
# script. A look into a set costs a tenth of trying the patterns, and most text has none.
_HINTS = {
    "sold": "sold gone longer deal sale available more 已 售出 卖掉 賣掉 卖完 賣完 出掉 出完 交易 不再 没了 沒了",
    "found": "longer more anymore found bought got purchased fulfilled close 已 最后 最後 收到 买到 買到 找到 不收 不求 不买 不買 不要 不需 不找 不再",
    "declines": "not never no don't dont doesn't didn't wouldn't won't longer 不想 不打 不准 不準 不会 不會 不要 不买 不買 不收 不入 不求 不购 不購 不卖 不賣 "
    "不转 不轉 不出 不需 不舍 不捨 不考 不愿 不願 不再 不太 不是 没想 沒想 没打 沒打 没有 沒有 没准 沒準 没买 沒買 从不 從不 无意 無意 别买 別買 别收 別收 别入 別入 "
    "别再 別再 别冲 別衝 莫 非卖 非賣 劝退 勸退 谢绝 謝絕 仅供 僅供 舍不 捨不 暂不 暫不",
    "wants": "want wanting wanted wtb search market like love looking searching shopping hunting hunt lookout selling sells parting letting "
    "need needed hoping trying ready planning going interested after buying buy purchase where iso spare 求 收 想买 想買 想入 想要 想购 想購 想再 想急 "
    "打算 准备 準備 考虑 考慮 计划 計劃 要买 要買 要入 要购 要購 急买 急買 购 購 蹲 急需 需要 缺 谁 誰 有人 有没 有沒 哪位 "
    "推荐 推薦 预算 預算 买什 買什 买啥 買啥 买哪 買哪 入手 想换 想換 想整 想搞 想弄 想添 想提 想配",
    "sells": "wts sale grabs parting letting price offer offers obo asking shipped firm selling sell f fs $ € £ ¥ 出 售 转 轉 让 讓 卖 賣 清仓 清倉 "
    "包邮 包郵 标价 標價 有意 处理 處理",
}
HINTS = {aim: frozenset(hints.split()) for aim, hints in _HINTS.items()}
STIRRING = frozenset().union(*HINTS.values())
CAPITALS = {
    "sold": re.compile(r"^\W*SOLD\b|\bSOLD\W*$"),
    "wants": re.compile(r"^\W*ISO\b(?!\s*[-:]?\s*\d|\s+(?:image|file|standard|certified|setting|value|speed|range))"),
    "sells": re.compile(r"^\W*F/?S\b(?!-)"),
}

AGAIN = _any(
    r"\b(?:still|again|back) (?:available|for sale|looking|on sale)|available again|(?:还在|重新出|又出|跑单|继续(?:收|出))"
)
ANEW = _any(
    r"(?:because|since|so|which|when|while|if|after|before|though|although|but|however|i|i'm|i've|we|he|she|they|it|it's|"
    r"that|this|then|thanks|please|and i|or if|how|why|what)\b",
    r"因为|所以|由于|但|不过|可是|然而|后来|之前|以前|当时|我|他|她|你|大家|如果|要是|而|只|就|谢|请|求教|平时|最近|反正",
)
FILLERS = _any(
    r"谢谢|感谢|各位|大家|全部|都|此|本|帖|更新|编辑|了|勿扰|求|请|的|已",
    r"\b(?:edit|update|updated|thanks|thank|you|all|now|it|item|items|is|has|have|been|this|the|i|we|to|are|a|an|my|still|just|one|everything|guys|everyone)\b",
)
