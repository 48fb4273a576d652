"""The server: listens at an address, and serves the application there until it is stopped."""

import gc
import os
import signal
import socket
import sys
from errno import EACCES, EADDRINUSE
from typing import TYPE_CHECKING

from bot.application import create_app
from bot.fault import BotError
from bot.settings import Settings

if TYPE_CHECKING:
    from uvicorn import Config, Server

    from bot.live import LiveIndex
    from bot.takeover.stream import Streams
    from bot.web.porter import Porter

SECONDS_TO_FINISH = 3
"""For answers under way when the server is stopped."""

NO_USERS = (
    "Nobody can sign in yet, so desk and studio answer this machine only. The first user is made by: "
    "askdesk user add NAME --role admin"
)


class ServeError(BotError):
    """The server can't start: why, and what to do."""


def run(settings: Settings) -> None:
    """Serves until it is stopped; raises ServeError where the address can't be had."""
    listening = listen(settings.host, settings.port)
    import uvicorn

    with listening:
        app = create_app(settings)
        live: LiveIndex = app.state.live
        opened = live.index is not None  # here, so that no customer waits for it
        _announce(listening, None if opened else live.problem, app.state.porter)
        config = uvicorn.Config(
            app,
            proxy_headers=False,
            server_header=False,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
        )
        # The server passes the signal on once it has ended, which would else end us in the middle of a mail.
        signal.signal(signal.SIGTERM, _leave)
        with app.state.office, app.state.keeper:
            _server(config, app.state.streams).run(sockets=[listening])


def _leave(*_: object) -> None:
    """Ends the program, once all that was entered is left and what the courier has on its way has come."""
    gc.freeze()  # all memory goes at once: to look through it for what is of no use any more took 1.5 s
    sys.exit(0)


def _server(config: "Config", streams: "Streams") -> "Server":
    """A server that lets go, once it is to stop, of what pages keep open."""
    import uvicorn

    class Letting(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            streams.end()
            await super().shutdown(sockets)

    return Letting(config)


def _announce(listening: socket.socket, problem: str | None, porter: "Porter") -> None:
    """Says where the pages are, and for whom; `problem`: why there is nothing to answer from."""
    host, port = listening.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    if problem is not None:
        print(f"There is nothing to answer from yet: {problem}", file=sys.stderr)
    print(f"Chat {address}/  Desk {address}/desk  Studio {address}/studio", file=sys.stderr)
    if not porter.expects_sign_in():
        print(NO_USERS, file=sys.stderr)


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address; raises ServeError where it is taken or not ours."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        raise ServeError(_sentence(host, port, error)) from error


def _sentence(host: str, port: int, error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number == EADDRINUSE:
        return f"port {port} on {host} is taken: stop the program that has it, or choose another with --port"
    if number == EACCES:
        return f"port {port} is for the system's own programs: choose one above 1023 with --port"
    return (
        f"can't listen on {host}, port {port} ({_reason(error)}): give an address of this machine with --host"
    )


def _reason(error: Exception) -> str:
    """What the system says, without the address, which is named already."""
    number = getattr(error, "errno", None) or 0
    if number < 0:  # so faults of looking a name up are numbered
        return "no such name can be found"
    return os.strerror(number) if number else str(error)
