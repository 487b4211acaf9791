"""Mail addresses: which may be, and when two are the same. Pure."""

from email_validator import EmailNotValidError, validate_email

from core.errors import Invalid
from core.i18n import _

LONGEST_EMAIL = 254


def check_email(typed: str | None, field: str = "email") -> str:
    """The address in its normal form, or Invalid. Only a mail can tell whether it takes mail: no DNS."""
    given = (typed or "").strip()[: LONGEST_EMAIL + 1]
    try:
        found = validate_email(given, check_deliverability=False, test_environment=True)
    except EmailNotValidError as problem:
        raise Invalid(field, _("This is not a mail address we can write to.")) from problem
    return found.normalized


def email_key(email: str) -> str:
    """Equal for addresses that nearly every mail server treats as one."""
    return email.casefold()
