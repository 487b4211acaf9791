"""Terms in words."""

from core.i18n import _, ngettext


def days(span: tuple[int, int]) -> str:
    """How long sending takes: "2 to 4 days", "1 day"."""
    least, most = span
    if least == most:
        return ngettext("%(num)s day", "%(num)s days", most)
    return _("%(least)s to %(most)s days", least=least, most=most)
