"""The shape of that choice."""

from wtforms import BooleanField

from core.forms import Form
from core.i18n import _l


class TellingForm(Form):
    digest_mail = BooleanField(_l("Send me the digest of my saved searches by mail"))
    wishes = BooleanField(_l("Tell me when somebody wishes for what I sell"))
    products = BooleanField(_l("Tell me when somebody sells what I wish for"))
