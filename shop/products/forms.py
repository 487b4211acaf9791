"""The sell form, and how it is prefilled from what the thread says."""

from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from core.errors import Invalid
from core.forms import REQUIRED, Form, Line, WholeField, choices
from core.i18n import _, _l
from core.money import BadAmount, format_plain, parse_amount
from shop.products.guess import guess_offer
from shop.products.queries import Selling
from shop.products.rules import MOST_STOCK, Terms

CONDITION_NAMES = {
    "new": _l("Brand new"),
    "like_new": _l("Like new"),
    "good": _l("Good"),
    "fair": _l("Fair"),
    "parts": _l("For parts"),
}


class Amount:
    """Validator of money as people type it. `field.minor` is its value in minor units of the form's `currency`."""

    def __init__(self, *, optional: bool = False):
        self.optional = optional

    def __call__(self, form: Any, field: Any) -> None:
        field.minor = 0
        if not (field.data or "").strip():
            if self.optional:
                return
            raise ValidationError(str(REQUIRED))
        try:
            field.minor = parse_amount(field.data, form.currency)
        except BadAmount as problem:
            raise ValidationError(str(problem)) from problem


class SellForm(Form):
    """`delivery_shown` tells a browser's unticked boxes from a script that knows nothing of delivery."""

    title = StringField(_l("Title"), [Line(120)])
    price = StringField(_l("Price"), [Amount()])
    stock = WholeField(_l("How many"), [InputRequired(REQUIRED)], low=0, high=MOST_STOCK, default=1)
    stock_was = HiddenField()
    condition = SelectField(
        _l("Condition"),
        choices=choices(CONDITION_NAMES),
        default="good",
        validate_choice=False,
    )
    limit_per_member = WholeField(_l("Most for one member"), low=1, high=MOST_STOCK)
    delivery_shown = HiddenField()
    ships = BooleanField(_l("I send it"))
    shipping = StringField(_l("Postage"), [Amount(optional=True)])
    picks_up = BooleanField(_l("It can be picked up"))
    pick_up_place = StringField(_l("Where"), [Line(120, optional=True)])
    picture = RadioField(_l("Picture"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, currency: str, pictures: list[str], **kwargs: Any):
        self.currency, self.pictures = currency, pictures
        super().__init__(*args, **kwargs)
        self.picture.choices = [*map(SelectChoice, pictures), SelectChoice("", _("No picture"))]

    def terms(self) -> Terms:
        """What was typed; Invalid for a picture that does not hang in the thread."""
        return Terms(
            title=self.title.data,
            price=self.price.minor,
            currency=self.currency,
            stock=self.stock.data or 0,
            stock_was=_whole(self.stock_was),
            condition=self.condition.data,
            limit_per_member=self.limit_per_member.data,
            ships=self.ships.data or self._knows_no_delivery(),
            shipping=self.shipping.minor,
            picks_up=self.picks_up.data,
            pick_up_place=self.pick_up_place.data,
            picture_key=self._picture(),
        )

    def _knows_no_delivery(self) -> bool:
        return not self.delivery_shown.data and not self.picks_up.data

    def _picture(self) -> str | None:
        if self.picture.data is None and not self.delivery_shown.data:
            return self.pictures[0] if self.pictures else None
        if self.picture.data and self.picture.data not in self.pictures:
            raise Invalid("picture", _("Choose one of these."))
        return self.picture.data or None


def _whole(field: Field) -> int | None:
    typed = field.data or ""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def prefill(selling: Selling, currency: str) -> dict[str, Any]:
    """The form's first values: the product as it is, or what its thread's title and opening post suggest."""
    values = _of_product(selling) if selling.card else _of_thread(selling, currency)
    return {**values, "delivery_shown": "yes"}


def _of_product(selling: Selling) -> dict[str, Any]:
    card = selling.card
    assert card is not None
    product, offer = card.product, card.offer
    names = ("title", "condition", "ships", "picks_up", "pick_up_place")
    return {
        **{name: getattr(product, name) for name in names},
        "price": format_plain(offer.price, offer.currency),
        "shipping": format_plain(offer.shipping, offer.currency) if offer.shipping else "",
        "stock": selling.on_hand,
        "stock_was": selling.on_hand,
        "limit_per_member": offer.limit_per_member,
        "picture": product.picture_key or "",
    }


def _of_thread(selling: Selling, currency: str) -> dict[str, Any]:
    guess = guess_offer(selling.thread.title, selling.opening.body)
    return {
        "title": guess.title[:120],
        "price": guess.price_text if guess.currency in (None, currency) else None,
        "stock": 1,
        "condition": guess.condition or "good",
        "ships": guess.delivery != "pick_up",
        "picks_up": guess.delivery == "pick_up",
        "picture": selling.pictures[0].key if selling.pictures else "",
    }


__all__ = ["CONDITION_NAMES", "Amount", "SellForm", "prefill"]
