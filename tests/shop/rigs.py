"""Each provider with the other side of its language, so that one suite can ask all of them the same."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import requests

from core.clock import now
from core.db import db
from core.provider_settings import Alipay, Fake, Providers, Stripe, WeChat
from forum.members.models import Member
from shop.providers import commands
from shop.providers.interface import Back, Wanted
from shop.providers.kinds.alipay_page import AlipayProvider
from shop.providers.kinds.bank import BankProvider
from shop.providers.kinds.fake import FakeProvider
from shop.providers.kinds.own_wallet import WalletProvider
from shop.providers.kinds.stripe_checkout import StripeProvider
from shop.providers.kinds.wechat_native import WeChatProvider
from shop.providers.rules import Ask, new_reference
from tests import make
from tests.provider import keys
from tests.shop import money

HAS = {  # what each can do at all, beyond what all must
    "fake": {"program", "extra", "capture", "charge back", "decline"},
    "stripe": {"program", "extra", "capture", "charge back", "decline"},
    "alipay": {"program", "page"},
    "wechat": {"program", "extra", "decline"},
    "bank": set(),
    "wallet": set(),
}
SECRET = "fake"
PATIENCE = 3


@dataclass
class Rig:
    """`provider` is ours, `program` the other side; `has` as HAS says."""

    provider: object
    program: object
    currency: str
    has: set

    def wanted(self, amount=2500):
        until = (now() + timedelta(minutes=15)).replace(microsecond=0)
        site = "http://127.0.0.1:1"
        return Wanted(new_reference(), amount, self.currency, "A lens", until, f"{site}/back", f"{site}/news")

    def begun(self, amount=2500):
        """A payment that the payer has opened."""
        wanted = self.wanted(amount)
        seen = self.provider.create(wanted)
        self.opened(seen)
        return SimpleNamespace(reference=wanted.reference, own_name=seen.own_name, amount=amount)

    def opened(self, seen):
        """The payer goes where they are sent."""
        if "page" in self.has:
            requests.get(seen.address, timeout=5, allow_redirects=False)

    def paid(self, amount=2500):
        payment = self.begun(amount)
        self.program.do("pay", payment)
        return payment

    def seen(self, payment):
        return self.provider.query(payment.reference, payment.own_name)

    def close(self, payment):
        return self.provider.close(payment.reference, payment.own_name)

    def refund(self, payment, amount, key="B1"):
        own_name = self.seen(payment).own_name
        key = payment.reference + key
        return self.provider.refund(Back(payment.reference, own_name, key, amount, self.currency, payment.amount))

    def news(self, payment):
        """A genuine callback: headers with small names as the site keeps them, and the body."""
        body, headers = self.program.do("compose", payment)
        return {name.lower(): value for name, value in headers.items()}, body.encode()


class Hands:
    """The other side of what no program sees: the payer's bank, or the wallet."""

    def do(self, _what, payment):
        if payment.provider == "bank":
            commands.record_arrival(payment, payment.amount, make.operator())
        else:
            money.fill(db.session.get_one(Member, payment.member_id), payment.amount)


class HouseRig(Rig):
    """For providers whose other side is our own books: there is a payment's row first."""

    def wanted(self, amount=2500):
        wanted = super().wanted(amount)
        member = make.member()
        payment = commands.start(member, Ask(wanted.reference, self.provider.name, amount, self.currency))
        self.payment = payment
        db.session.rollback()
        return replace(wanted, reference=payment.reference)

    def begun(self, amount=2500):
        self.provider.create(self.wanted(amount))
        return self.payment

    def close(self, payment):
        seen = super().close(payment)
        commands.apply(payment.id, seen)
        db.session.rollback()
        return seen


def settings(program):
    """What an operator would configure, for all four."""
    folder = Path(program.folder.name)
    site, alipay, wechat = (folder / name for name in ("site.key", "alipay.pub", "wechat.pub"))
    return Providers(
        fake=Fake(program.address, SECRET),
        stripe=Stripe(SECRET, SECRET, program.address),
        alipay=Alipay(keys.ALIPAY_APP, site.read_text(), alipay.read_text(), f"{program.address}/gateway.do"),
        wechat=WeChat(
            mchid=keys.MCHID,
            appid=keys.WECHAT_APP,
            serial=keys.SERIAL,
            key=site.read_text(),
            apiv3_key=keys.APIV3,
            public_key=wechat.read_text(),
            public_key_id=keys.WECHAT_ID,
            url=program.address,
        ),
        timeout=PATIENCE,
    )


def rig(name, program, timeout=PATIENCE):
    if name in ("bank", "wallet"):
        provider = BankProvider("DE89", timeout) if name == "bank" else WalletProvider(True, timeout)
        return HouseRig(provider, Hands(), "USD", HAS[name])
    given = settings(program)
    provider, currency = {
        "fake": (partial(FakeProvider, given.fake), "USD"),
        "stripe": (partial(StripeProvider, given.stripe), "USD"),
        "alipay": (partial(AlipayProvider, given.alipay), "CNY"),
        "wechat": (partial(WeChatProvider, given.wechat), "CNY"),
    }[name]
    return Rig(provider(timeout), program, currency, HAS[name])


__all__ = ["HAS", "Rig", "rig", "settings"]
