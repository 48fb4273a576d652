"""A response that goes on: lines as they come, until they end or their reader leaves or takes no more."""

import logging
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass

from anyio import CancelScope, create_task_group, move_on_after
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.database.engine import StateError
from bot.fault import tell

log = logging.getLogger(__name__)

MOST_IN_ALL = 500
"""Each holds a connection, and a system gives a process 1,024 files as a rule."""
MOST_OF_ONE = 4
"""A browser opens six connections to a site at once: two are left for everything else."""
LEFT_TO_AGENTS = 100
"""Of all places; anybody can begin conversations, and the desk must hear of them whatever they do."""
MOST_OF_AN_ADDRESS = 200
"""Half of the customers' places: people may share one address, and a script may begin hundreds."""
SECONDS_TO_TAKE = 20.0
"""How long a reader may leave what was sent to it."""

Lines = AsyncGenerator[bytes, None]


@dataclass(slots=True, eq=False)
class Place:
    """What one stream runs in."""

    running: CancelScope
    displaced: bool = False
    """Whether it had to give way to a newer one of the same owner."""

    def give_way(self) -> None:
        """Ends the stream, which may take a moment."""
        self.displaced = True
        self.running.cancel()


class Streams:
    """All streams that are open in this process."""

    def __init__(
        self,
        most: int = MOST_IN_ALL,
        most_of_one: int = MOST_OF_ONE,
        most_of_an_address: int = MOST_OF_AN_ADDRESS,
    ) -> None:
        self._most = most
        self._most_of_an_address = most_of_an_address
        self._most_of_one = most_of_one
        self._open: dict[str, list[Place]] = {}
        self._from: Counter[str] = Counter()
        self._ended = False

    def __len__(self) -> int:
        return sum(map(len, self._open.values()))

    def full(self, spared: int = 0, address: str = "") -> bool:
        """Whether there is no place for another one that leaves so many to others, from that address."""
        theirs = self._from[address] if address else 0
        return self._ended or len(self) >= self._most - spared or theirs >= self._most_of_an_address

    def end(self) -> None:
        """Ends them all and begins no more, since the server stops; from within its event loop."""
        self._ended = True
        for places in tuple(self._open.values()):
            for place in tuple(places):
                place.running.cancel()

    @contextmanager
    def place(self, owner: str, running: CancelScope, address: str = "") -> Iterator[Place]:
        """A place for one stream; an owner's oldest give way, for often nobody is there to read them."""
        mine, place = self._open.setdefault(owner, []), Place(running)
        mine.append(place)
        self._from[address] += 1
        for oldest in mine[: -self._most_of_one]:  # some may have been told already, and not have gone yet
            oldest.give_way()
        try:
            yield place
        finally:
            mine.remove(place)
            self._from[address] -= 1
            if not self._from[address]:
                del self._from[address]
            if not mine and self._open.get(owner) is mine:
                del self._open[owner]


class Stream(Response):
    """The response with the lines of one owner, a conversation or an agent.

    `spared` are places that it leaves to others; `address` is where a customer is; `parting` is the last that
    a page hears whose stream gives way to one of another page of its owner's.
    """

    def __init__(
        self,
        lines: Lines,
        streams: Streams,
        owner: str,
        media_type: str,
        *,
        spared: int = 0,
        address: str = "",
        parting: bytes = b"",
    ) -> None:
        self._lines = lines
        self._streams = streams
        self._owner = owner
        self._spared = spared
        self._address = address
        self._parting = parting
        self.status_code = 200
        self.media_type = media_type
        self.background = None
        unheld = {"x-accel-buffering": "no"}  # nginx would hold lines back
        self.init_headers({"cache-control": "no-store", **unheld})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._streams.full(self._spared, self._address):
            sentence = "Too many pages are connected at the moment: this one asks again by itself."
            await JSONResponse({"detail": sentence}, 503)(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with create_task_group() as running:
            running.start_soon(_leave_with_reader, receive, running.cancel_scope)
            with self._streams.place(self._owner, running.cancel_scope, self._address) as place:
                await self._pass_on(send)
            running.cancel_scope.cancel()
        last = self._parting if place.displaced else b""
        with move_on_after(1):
            await send({"type": "http.response.body", "body": last})

    async def _pass_on(self, send: Send) -> None:
        """All lines; a fault in making them ends the stream, and the page asks anew."""
        try:
            async with aclosing(self._lines) as lines:
                async for line in lines:
                    with move_on_after(SECONDS_TO_TAKE) as patience:
                        await send({"type": "http.response.body", "body": line, "more_body": True})
                    if patience.cancelled_caught:
                        return
        except StateError as error:
            log.warning("a stream ended: %s", error)
        except Exception as error:
            tell(error)


async def _leave_with_reader(receive: Receive, running: CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    running.cancel()
