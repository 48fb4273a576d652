"""The rooms: every path that is served, and who may enter it. What is in no room is not served."""

from dataclasses import dataclass

from bot.access.user import Role
from bot.web.pace import Kind

KIB = 1024


@dataclass(frozen=True, slots=True)
class Room:
    """A path and all that lies below it."""

    path: str
    least: Role | None = None
    """The least role that may enter; None: everybody."""
    alone: bool = False
    """The path itself, nothing below it."""
    framed: bool = False
    """Sites that the operator lists may show it in a frame."""
    counts: Kind | None = None
    """As what a request counts towards the pace of its client; None: it doesn't."""
    most_bytes: int = 128 * KIB
    """Of a request's body: the longest message that the settings allow, each letter escaped in six bytes."""

    def holds(self, path: str) -> bool:
        return path == self.path if self.alone else below(path, self.path)


def below(path: str, start: str) -> bool:
    """Whether a path is `start` or lies below it."""
    return path == start or path.startswith(f"{start}/")


STAFF = (
    Room("/desk", "agent", most_bytes=1024 * KIB),
    Room("/studio", "editor", most_bytes=4 * 1024 * KIB),  # an article may have 1 MB
    Room("/audit", "admin"),
    Room("/account", "agent", most_bytes=8 * KIB),
    Room("/sign-out", "agent", most_bytes=8 * KIB),
)

PUBLIC = (
    Room("/api/ask", counts="asking"),
    Room("/api/search", counts="asking"),
    Room("/api/live", alone=True, counts="following"),
    Room("/api/write", alone=True, counts="writing"),
    Room("/api/typing", alone=True, counts="typing"),
    Room("/api/seen", alone=True, counts="seeing"),
    Room("/api/back", alone=True, counts="looking"),
    Room("/api/chatwoot", alone=True, most_bytes=256 * KIB),  # with the conversation's latest messages
    Room("/back", alone=True, counts="looking"),
    Room("/articles", framed=True, counts="looking"),
    Room("/health"),
    Room("/ready"),
    Room("/metrics"),
    Room("/askdesk"),
    Room("/favicon.ico"),
    Room("/sign-in", counts="looking", most_bytes=8 * KIB),
)

CHAT = (
    Room("/", alone=True, framed=True, counts="looking"),
    Room("/config", alone=True, counts="looking"),
    Room("/theme.css"),
    Room("/manifest.json"),
    Room("/assets"),
    Room("/static"),
    Room("/gradio_api/run", counts="asking"),
)
"""What the chat page needs of Gradio: no uploads, no files, no queue, no list of functions."""

ROOMS = (*STAFF, *PUBLIC, *CHAT)


def room_of(path: str) -> Room | None:
    """The room that a path lies in."""
    return next((room for room in ROOMS if room.holds(path)), None)
