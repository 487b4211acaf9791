"""What changes payments. Each function is one transaction and may be run twice; none of them calls a provider."""

from shop.providers.commands.arriving import record_arrival
from shop.providers.commands.callbacks import forget_callbacks, keep_callback, take_callback
from shop.providers.commands.charge_backs import collect
from shop.providers.commands.completing import apply
from shop.providers.commands.sending_back import decide_pay_back, send_back, sent_by_hand
from shop.providers.commands.starting import cancel, look, look_at_due, start
from shop.providers.commands.steps import locked

__all__ = [
    "apply",
    "cancel",
    "collect",
    "decide_pay_back",
    "forget_callbacks",
    "keep_callback",
    "locked",
    "look",
    "look_at_due",
    "record_arrival",
    "send_back",
    "sent_by_hand",
    "start",
    "take_callback",
]
