"""Conversations at once between customers and agents, counted: python tests/benchmarks/takeover.py [100]

A real server and real HTTP: each customer and each agent has a stream open and writes numbered messages, as
fast as `--pause` lets them. Now and then a message is sent twice under its key, and streams are cut. In the
end every message must be on the other side, and in the database, once and in order. No index is needed: while
a person is in the chat nothing is looked up.
"""

import asyncio
import json
import random
import re
import ssl
import sys
import time
from argparse import ArgumentParser
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402
import psutil  # noqa: E402

from bot.settings import Settings  # noqa: E402
from bot.state.store import Store  # noqa: E402
from bot.web.porter import Porter  # noqa: E402
from tests.served import Served  # noqa: E402

TWICE = 0.05
"""Share of the messages that are sent twice, as a page does that got no answer."""
CUTS = 2
"""How often each stream is cut and opened again."""
TRIES = 5
AGENTS = ("agent", "message")
"""Author and kind of what an agent wrote."""
PATIENCE = 60.0
"""Seconds until a message counts as lost."""
HASTE = {"pace_conversation": 10**6, "pace_address": 10**6}
"""Settings: all of them come from one address, and write as fast as they can."""


@dataclass
class Side:
    """What one side of a conversation wrote and got."""

    wrote: dict[str, float] = field(default_factory=dict)
    """Each message, with the moment in which it was sent."""
    got: list[str] = field(default_factory=list)
    """What came from the other side, in the order in which it came."""
    waited: list[float] = field(default_factory=list)
    """Seconds from the other side's sending to its being readable here."""

    def gets(self, messages: Sequence[str], other: "Side") -> None:
        now = time.monotonic()
        for message in messages:
            self.got.append(message)
            self.waited.append(now - other.wrote[message])


@dataclass(frozen=True)
class Outcome:
    conversations: int
    messages: int
    """Of each side in each conversation."""
    lost: int
    doubled: int
    disordered: int
    """On the streams of both sides and in the database together."""
    seconds: float
    server: float
    client: float
    """Seconds of processor that each took; while both are busy they slow each other down."""
    to_agents: tuple[float, ...]
    to_customers: tuple[float, ...]
    """Seconds from sending to being readable."""


@dataclass(frozen=True)
class Clocks:
    """Seconds: by the wall, and of processor."""

    wall: float
    server: float
    client: float

    @classmethod
    def now(cls, served: Served) -> "Clocks":
        used = psutil.Process(served.server.pid).cpu_times()
        return cls(time.monotonic(), used.user + used.system, time.process_time())


class Conversation:
    """One customer and one agent, each with a stream of their own."""

    def __init__(
        self, http: httpx.AsyncClient, cookie: str, number: int, messages: int, pause: float
    ) -> None:
        self.http = http
        self.signed_in = {"cookie": f"askdesk-session={cookie}"}
        self.number = number
        self.messages = messages
        self.pause = pause
        self.customer, self.agent = Side(), Side()
        self.random = random.Random(number)
        self.drawn = 0
        """The sequence up to which the agent's page shows the conversation."""
        self.transcript: list[tuple[str, str]] = []

    async def begin(self) -> None:
        """A conversation with a ticket that the agent has taken."""
        self.token = await self.call("start", "en")
        view = await self.call("person", self.token, "en", self.key())
        self.ticket = int(re.search(r"<strong>(\d+)</strong>", view["messages"][-1]["html"])[1])
        await self.act("take", key=self.key())

    async def run(self) -> None:
        reading = [asyncio.create_task(self.customer_reads()), asyncio.create_task(self.agent_reads())]
        await asyncio.gather(self.customer_writes(), self.agent_writes())
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*reading), PATIENCE)
        view = await self.call("open", self.token, "en")
        for message in view["messages"]:
            if message["kind"] == "message":
                self.transcript.append((message["author"], numbered(message["html"])[0]))

    async def customer_writes(self) -> None:
        for text in self.texts("c"):
            await self.rest()
            key, self.customer.wrote[text] = self.key(), time.monotonic()
            for _ in range(self.times()):
                await self.write(key, text)

    async def agent_writes(self) -> None:
        for text in self.texts("a"):
            await self.rest()
            key, self.agent.wrote[text] = self.key(), time.monotonic()
            for _ in range(self.times()):
                await self.act("write", key=key, text=text)

    async def customer_reads(self) -> None:
        """As the page does: what the stream brings after the last message that it brought."""
        after = 0
        for end in self.cuts():
            while len(self.customer.got) < end:
                asked = {"conversation": self.token, "language": "en", "after": after}
                async with aclosing(lines(self.http.stream("POST", "/api/live", json=asked))) as read:
                    async for line in read:
                        after = await self.customer_takes(json.loads(line or "{}"), after)
                        if len(self.customer.got) >= end:
                            break

    async def customer_takes(self, view: dict[str, Any], after: int) -> int:
        news = view.get("messages", ())
        theirs = [one["html"] for one in news if (one["author"], one["kind"]) == AGENTS]
        self.customer.gets([numbered(html)[0] for html in theirs], self.agent)
        after = max([after, *(message["sequence"] for message in news)])
        if theirs:
            told = {"conversation": self.token, "delivered": after, "seen": after}
            await self.sure("POST", "/api/seen", json=told)
        return after

    async def agent_reads(self) -> None:
        """As the desk does: what was said comes by the stream, or it says that the ticket is to be read."""
        for end in self.cuts():
            while len(self.agent.got) < end:
                asked = {"params": {"ticket": self.ticket}, "headers": self.signed_in}
                event = ""
                async with aclosing(lines(self.http.stream("GET", "/desk/live", **asked))) as read:
                    async for line in read:
                        if line.startswith("event: "):
                            event = line.removeprefix("event: ")
                        elif line and event == "ticket":
                            await self.read_ticket()
                        elif line and event == "said":
                            await self.hear(json.loads(line.removeprefix("data: ")))
                        if len(self.agent.got) >= end:
                            break

    async def read_ticket(self) -> None:
        view = await self.sure("GET", f"/desk/tickets/{self.ticket}", headers=self.signed_in)
        shown = [text for text in numbered(view["parts"]["talk"]) if text.startswith("c")]
        known = len(self.agent.got)
        if view["last"] < self.drawn:  # overtaken by what the stream brought
            await self.read_ticket()
            return
        assert shown[:known] == self.agent.got, "what was read before has changed"
        await self.agent_takes(shown[known:], view["last"])

    async def hear(self, news: dict[str, Any]) -> None:
        """As the desk does: what follows on what it has is added, else the ticket is read anew."""
        if news["after"] > self.drawn:
            await self.read_ticket()
            return
        fresh = [one for one in news["messages"] if one["sequence"] > self.drawn]
        theirs = [one["html"] for one in fresh if one["author"] == "customer"]
        await self.agent_takes([numbered(html)[0] for html in theirs], max(self.drawn, news["last"]))

    async def agent_takes(self, theirs: Sequence[str], last: int) -> None:
        self.drawn = last
        self.agent.gets(theirs, self.customer)
        if theirs:
            seen = {"json": {"sequence": last}, "headers": self.signed_in}
            await self.sure("POST", f"/desk/tickets/{self.ticket}/seen", **seen)

    async def write(self, key: str, text: str) -> None:
        """As the chat does where a person is there."""
        sent = {"conversation": self.token, "language": "en", "key": key, "text": text}
        stored = await self.sure("POST", "/api/write", json=sent)
        assert [numbered(one["html"]) for one in stored["messages"]] == [[text]]

    async def call(self, act: str, *data: object) -> Any:
        return (await self.sure("POST", f"/gradio_api/run/{act}", json={"data": data}))["data"][0]

    async def act(self, act: str, **what: str) -> None:
        await self.sure("POST", f"/desk/tickets/{self.ticket}/{act}", json=what, headers=self.signed_in)

    async def sure(self, method: str, path: str, **what: Any) -> Any:
        """The answer; where a connection breaks it is asked for again, as a page does."""
        for _ in range(TRIES):
            with suppress(httpx.TransportError):
                return (await self.http.request(method, path, **what)).raise_for_status().json()
        raise AssertionError(f"{method} {path} was not answered")

    def texts(self, side: str) -> list[str]:
        return [f"{side}{self.number}-{place}" for place in range(1, self.messages + 1)]

    def cuts(self) -> list[int]:
        """After how many messages a stream is left, the last time with all of them."""
        return [self.messages * place // (CUTS + 1) for place in range(1, CUTS + 1)] + [self.messages]

    def key(self) -> str:
        return f"{self.random.getrandbits(128):032x}"

    def times(self) -> int:
        return 2 if self.random.random() < TWICE else 1

    async def rest(self) -> None:
        await asyncio.sleep(self.random.uniform(0.5, 1.5) * self.pause)


async def lines(opening: AbstractAsyncContextManager[httpx.Response]) -> AsyncGenerator[str, None]:
    """The lines of a stream until it ends or breaks."""
    with suppress(httpx.TransportError):
        async with opening as response:
            async for line in response.aiter_lines():
                yield line


def numbered(html: str) -> list[str]:
    """The messages in a piece of HTML, in order."""
    return re.findall(r"\b[ac]\d+-\d+\b", html)


async def measure(served: Served, conversations: int, messages: int, pause: float) -> Outcome:
    """All of them at once, on a server that runs."""
    context = ssl.create_default_context()  # made once: it takes longer than a message
    limits = httpx.Limits(max_connections=None, keepalive_expiry=2)  # before the server closes one that rests
    page = partial(
        httpx.AsyncClient, base_url=served.address, timeout=PATIENCE, limits=limits, verify=context
    )
    async with AsyncExitStack() as pages:
        running = [
            Conversation(await pages.enter_async_context(page()), cookie, number, messages, pause)
            for number, cookie in enumerate(agents(served, conversations), start=1)
        ]
        for one in running:
            await one.begin()
        clocks = Clocks.now(served)
        await asyncio.gather(*(one.run() for one in running))
        return counted(running, clocks, Clocks.now(served))


def counted(running: Sequence[Conversation], began: Clocks, ended: Clocks) -> Outcome:
    found = [judge(one.texts("a"), one.customer.got) for one in running]
    found += [judge(one.texts("c"), one.agent.got) for one in running]
    for side, author in (("a", "agent"), ("c", "customer")):
        found += [
            judge(one.texts(side), [text for who, text in one.transcript if who == author]) for one in running
        ]
    lost, doubled, disordered = (sum(column) for column in zip(*found, strict=True))
    return Outcome(
        *(len(running), running[0].messages, lost, doubled, disordered),
        *(ended.wall - began.wall, ended.server - began.server, ended.client - began.client),
        to_agents=tuple(waited for one in running for waited in one.agent.waited),
        to_customers=tuple(waited for one in running for waited in one.customer.waited),
    )


def agents(served: Served, count: int) -> list[str]:
    """Cookies of so many agents who have signed in."""
    store = Store.open(None, served.data)
    porter = Porter(store, Settings(data=served.data, articles=served.articles))
    names = [f"agent{number}" for number in range(count)]
    for name in names:
        porter.accounts.welcome(f"subject of {name}", name, shown=name.title(), email=None, role="agent")
    cookies = [porter.cookies.sealed("session", porter.sessions.begin(name)) for name in names]
    store.close()
    return cookies


def judge(expected: Sequence[str], got: Sequence[str]) -> tuple[int, int, int]:
    """How many messages are missing, came again, or came too early."""
    once = list(dict.fromkeys(got))
    places = [expected.index(text) for text in once if text in expected]
    early = sum(later < earlier for earlier, later in pairwise(places))
    return len(set(expected) - set(got)), len(got) - len(once), early


def show(outcome: Outcome) -> None:
    total = 2 * outcome.conversations * outcome.messages
    print(f"\n{outcome.conversations} conversations, {total} messages in {outcome.seconds:.0f} seconds")
    for name, used in (("server", outcome.server), ("this client", outcome.client)):
        print(f"{name}: {used / outcome.seconds:.2f} of a core, {1000 * used / total:.1f} ms for a message")
    print(f"lost {outcome.lost}, doubled {outcome.doubled}, out of order {outcome.disordered}")
    for name, waited in (("to agents", outcome.to_agents), ("to customers", outcome.to_customers)):
        cut = quantiles(waited, n=100)
        print(f"{name:<14} p50 {cut[49]:.3f} s   p95 {cut[94]:.3f} s   longest {max(waited):.3f} s")


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("conversations", type=int, nargs="?", default=100)
    parser.add_argument("--messages", type=int, default=10, help="of each side in each conversation")
    parser.add_argument("--pause", type=float, default=5.0, help="seconds between two messages of a side")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        served = Served(Path(folder) / "var", Path(folder) / "articles", **HASTE)
        served.start()
        try:
            show(asyncio.run(measure(served, given.conversations, given.messages, given.pause)))
        finally:
            served.kill()


if __name__ == "__main__":
    main()
