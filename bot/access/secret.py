"""The secret that cookies and forms are signed with: the operator's own, or one kept in the data folder."""

import os
import secrets
from pathlib import Path

from filelock import FileLock

from bot.settings import Settings

FILE_NAME = "secret"
BYTES = 32


def secret(settings: Settings) -> str:
    """The secret that the settings give, else that of the data folder, which is made at the first time."""
    if settings.secret:
        return settings.secret.get_secret_value()
    file = settings.data / FILE_NAME
    with FileLock(file.with_suffix(".lock")):
        if not file.exists() or len(file.read_text("ascii")) < BYTES:
            _write(file, secrets.token_urlsafe(BYTES))
        return file.read_text("ascii")


def _write(file: Path, text: str) -> None:
    """For the server's own eyes, and whole or not at all."""
    draft = file.with_suffix(".new")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii"
    ) as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
