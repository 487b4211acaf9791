"""What may be put into a cart."""

from wtforms.validators import InputRequired

from core.forms import REQUIRED, Form, WholeField
from core.i18n import _l


class CartForm(Form):
    offer = WholeField(_l("Offer"), [InputRequired(REQUIRED)], low=1, high=999_999_999)
    quantity = WholeField(_l("Quantity"), low=0, high=1_000_000, default=1)
