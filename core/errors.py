"""Ways a request can be refused. Commands and queries raise these; one handler in core.web answers.

`code` is for programs and tests, the message is for people (already translated).
"""


class Refused(Exception):
    """The present state says no: 409."""

    status = 409

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


class NotAllowed(Refused):
    """The viewer may see the thing but not do this with it: 403."""

    status = 403


class Missing(Refused):
    """Not there, or not visible to the viewer: 404. Both look the same."""

    status = 404

    def __init__(self, code: str = "missing", message: str = ""):
        super().__init__(code, message)


class Invalid(Refused):
    """A value that was typed is wrong: 422. `field` names the form's field, so that views can show it there."""

    status = 422

    def __init__(self, field: str, message: str, code: str = "invalid"):
        super().__init__(code, message)
        self.field = field


class TooMany(Refused):
    """A rate limit was reached: 429. `retry_after` is in seconds."""

    status = 429

    def __init__(self, retry_after: int, message: str):
        super().__init__("too_many", message)
        self.retry_after = retry_after
