"""One day as a file for a calendar, by RFC 5545: UTC, escaped, no line over 75 octets, ended by CRLF."""

from thecal.clinic.when import moment

MOST_OCTETS = 75


def calendar_file(*, uid: str, day_ms: int, made_ms: int, summary: str, description: str) -> str:
    """An all-day event on the UTC day of `day_ms`, with a reminder a week before; `made_ms` is its stamp.

    >>> text = calendar_file(uid="refill-1@thecal", day_ms=0, made_ms=0, summary="Refill: A. L.", description="Book.")
    >>> [line for line in text.splitlines() if line.startswith(("DTSTART", "DTSTAMP", "SUMMARY"))]
    ['DTSTAMP:19700101T000000Z', 'DTSTART;VALUE=DATE:19700101', 'SUMMARY:Refill: A. L.']
    """
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Thecal//Refill date//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{moment(made_ms):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{moment(day_ms):%Y%m%d}",
        f"SUMMARY:{escaped(summary)}",
        f"DESCRIPTION:{escaped(description)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escaped(summary)}",
        "TRIGGER:-P7D",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    r"""A text value: backslash, semicolon, comma and line break written as RFC 5545, section 3.3.11, wants them.

    >>> print(escaped("a;b,c"))
    a\;b\,c
    """
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, each but the first after a space; no character is cut in two."""
    pieces: list[str] = []
    piece = ""
    for character in line:
        limit = MOST_OCTETS - (1 if pieces else 0)
        if len((piece + character).encode()) > limit:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])
