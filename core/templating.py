"""How templates are read: the same for every room."""

from typing import Any

from flask import Flask
from jinja2 import Template

from core import i18n, money
from core.settings import Settings


class SiteTemplate(Template):
    """All templates of the site know the same globals. Jinja compares them again at every import, which cost a page of
    results a third of a millisecond and a page of people more than one; without this method it only does that."""

    def _get_default_module(self, ctx: Any = None) -> Any:
        return super()._get_default_module()


def init_app(app: Flask, settings: Settings) -> None:
    jinja = app.jinja_env
    jinja.template_class = SiteTemplate
    jinja.trim_blocks = jinja.lstrip_blocks = True
    jinja.filters["money"] = lambda minor, currency: money.format_money(minor, currency, i18n.locale_name())
    # The address from the settings: what a request calls us is the caller's word.
    jinja.globals.update(site_currency=settings.currency, site_address=settings.base_url)
