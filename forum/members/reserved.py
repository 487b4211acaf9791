# ruff: noqa: SIM905 - a list of words is read and mended as words
"""Names nobody may take: the site's own voices, addresses that mean something, and words that would mislead."""

# Also refused with digits behind them: admin7 is an attempt, member7 is a choice.
VOICES = frozenset(
    """
    admin administrator mod moderator operator staff support system root official security boardwalk helpdesk
    service customerservice webmaster postmaster noreply bot wallet escrow arbiter superuser sysadmin sysop
    管理员 管理員 版主 站长 站長 客服 官方 系统 系統
    """.split()
)

RESERVED = frozenset(
    """
    about abuse account accounts admin administration administrator admins all anonymous anyone api app apps
    arbiter auth authority bank billing board boards boardwalk bot bots cart cash channel checkout claim claims
    client config confirm contact cookie coupon customerservice dashboard default deleted dispute disputes docs
    donotreply download email error escrow everybody everyone faq feed feeds feedback finance forum group groups
    guest guests healthz help helpdesk here home hostmaster image images import index info invite it join
    language legal ledger list login logout mail mailerdaemon mailer me member members message messages metrics
    mod moderation moderator moderators mods myself news newsletter nobody none noreply notice notices
    notification notifications null nan official officially operator operators order orders page pages password
    pay payment payments payout payouts people picture pictures policy post posts postmaster preview price
    privacy product products profile public readyz refund refunds register registration report reports reset
    robots root rss rules safety search secure security sell service settings shop shops signin signout signup
    site sitemap somebody someone sql ssl staff static status store subscribe superuser support sysadmin sysop
    system systems team teams terms thread threads token tokens trust undefined unknown unsubscribe user
    username users verify verified void wallet warehouse webmaster welcome withdraw withdrawal www you your
    yourself
    管理员 管理員 版主 站长 站長 客服 官方 系统 系統 系统管理员 系統管理員 运营 運營 匿名 所有人 大家 支付 钱包 錢包
    平台 平台客服 在线客服 官方客服 超级管理员 工作人员 仲裁 财务 通知 公告 秘书处
    """.split()
)
