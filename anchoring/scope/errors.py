"""The one exception of this floor."""


class ScopeError(ValueError):
    """A card that cannot be read, saved or deleted; the message is one line and fit to be shown to a user.

    `name` is the file, `line` counts from 1 (None where no line is to blame), `field` is a path such as
    `cues[2].subtext` ("" for the whole file), `expected` says what would have been right. A file's name may hold bytes
    that are no UTF-8; the message has them as backslash escapes, so that it can be sent and printed.
    """

    def __init__(self, name: str, expected: str, line: int | None = None, field: str = "") -> None:
        self.name, self.line, self.field, self.expected = name, line, field, expected
        place = name if line is None else f"{name}, line {line}"
        message = ": ".join(part for part in (place, field, expected) if part)
        super().__init__(message.encode("utf-8", "backslashreplace").decode())
