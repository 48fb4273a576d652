"""A real server: a process of its own over a data folder, that can be killed and started again."""

import os
import socket
import subprocess
import sys
import weakref
from pathlib import Path

import httpx

from tests.patience import wait_for

ROOT = Path(__file__).parents[1]
SECONDS_TO_START = 90


class Served:
    """The program as its operator starts it, on a free port; with an empty folder it has no index."""

    def __init__(self, data: Path, articles: Path, **settings: object) -> None:
        self.data = data
        self.settings = {f"ASKDESK_{name.upper()}": str(value) for name, value in settings.items()}
        self.articles = articles
        self.port = self._reserved()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = data.parent / "server.log"

    def _reserved(self) -> int:
        """A port that nobody else gets before the server is up and while it is down."""
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        weakref.finalize(self, held.close)
        return int(held.getsockname()[1])

    def start(self, ready: str = "health") -> None:
        folders = ["--data", str(self.data), "--articles", str(self.articles)]
        command = [sys.executable, "-m", "bot", "serve", "--port", str(self.port), *folders]
        own = {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(command, env={**os.environ, **self.settings, **own}, stderr=log)
        wait_for(lambda: self._answers(ready), SECONDS_TO_START, so_far=self.log.read_text)

    def _answers(self, path: str) -> bool:
        assert self.server.poll() is None, self.log.read_text()
        try:
            return httpx.get(f"{self.address}/{path}").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """As a power cut does: no chance to put anything in order."""
        self.server.kill()
        self.server.wait()

    def stop(self) -> None:
        """As its operator does."""
        self.server.terminate()
        self.server.wait(timeout=60)
