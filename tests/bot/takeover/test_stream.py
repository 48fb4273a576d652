import json

import anyio
import pytest

from bot.database.engine import StateError
from bot.takeover import stream as module
from bot.takeover.stream import Stream, Streams
from tests.loop import run
from tests.patience import wait_for_async


class Reader:
    """The other end of a response; takes `most` lines, then leaves or takes no more."""

    def __init__(self, most=10**6, stalls=False):
        self.lines, self.status, self.ended = [], None, False
        self._most, self._stalls = most, stalls
        self._left, self.first = anyio.Event(), anyio.Event()

    async def receive(self):
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        if message.get("body"):
            self.lines.append(message["body"])
            self.first.set()
        self.ended = self.ended or not message.get("more_body")
        if len(self.lines) >= self._most:
            if self._stalls:
                await anyio.sleep_forever()
            self._left.set()

    async def reads(self, stream):
        await stream({"type": "http"}, self.receive, self.send)
        return self


def forever(closed):
    async def lines():
        try:
            while True:
                yield b"beat\n"
                await anyio.sleep(0.01)
        finally:
            closed.append(True)

    return lines()


def stream(streams, lines, owner="one", **more):
    return Stream(lines, streams, owner, "text/plain", **more)


@pytest.mark.parametrize("stalls", [False, True], ids=["leaves", "takes no more"])
def test_a_reader_that_goes_frees_all_that_its_stream_held(monkeypatch, stalls):
    monkeypatch.setattr(module, "SECONDS_TO_TAKE", 0.05)
    streams, closed = Streams(), []

    async def main():
        reader = await Reader(3, stalls).reads(stream(streams, forever(closed)))
        assert len(reader.lines) == 3

    run(main)
    assert (closed, len(streams)) == ([True], 0)


def test_lines_that_end_end_the_response(monkeypatch):
    async def lines():
        yield b"one\n"
        yield b"two\n"

    async def main():
        reader = await Reader().reads(stream(Streams(), lines()))
        assert (reader.status, reader.lines, reader.ended) == (200, [b"one\n", b"two\n"], True)

    run(main)


@pytest.mark.parametrize("fault", [StateError("locked"), ZeroDivisionError()])
def test_a_fault_ends_the_response_and_is_told_to_the_log(fault, caplog):
    async def lines():
        yield b"one\n"
        raise fault

    async def main():
        streams = Streams()
        reader = await Reader().reads(stream(streams, lines()))
        assert (reader.lines, reader.ended, len(streams)) == ([b"one\n"], True, 0)

    run(main)
    assert len(caplog.records) == 1


def test_the_oldest_of_one_owner_gives_way_to_the_newest():
    async def main():
        streams, readers = Streams(most_of_one=2), [Reader() for _ in range(3)]
        async with anyio.create_task_group() as tasks:
            for reader in readers:
                tasks.start_soon(reader.reads, stream(streams, forever([])))
                await reader.first.wait()
            await wait_for_async(lambda: readers[0].ended)
            assert [reader.ended for reader in readers] == [True, False, False]
            assert len(streams) == 2
            tasks.cancel_scope.cancel()
        assert len(streams) == 0

    run(main)


def test_an_owner_whose_pages_all_come_at_once_keeps_no_more_than_the_newest():
    async def main():
        streams, readers = Streams(most_of_one=2), [Reader() for _ in range(6)]
        async with anyio.create_task_group() as tasks:
            for reader in readers:
                tasks.start_soon(reader.reads, stream(streams, forever([])))
            await wait_for_async(lambda: all(reader.ended for reader in readers[:4]))
            assert [reader.ended for reader in readers] == [True] * 4 + [False] * 2
            assert len(streams) == 2
            tasks.cancel_scope.cancel()

    run(main)


def test_only_who_gives_way_to_a_newer_one_is_told_so_at_the_end():
    async def main():
        streams, readers, leaving = Streams(most_of_one=2), [Reader() for _ in range(3)], Reader(most=1)
        async with anyio.create_task_group() as tasks:
            for reader in readers:
                tasks.start_soon(reader.reads, stream(streams, forever([]), parting=b"gave way"))
                await reader.first.wait()
            await leaving.reads(stream(streams, forever([]), "another", parting=b"gave way"))
            streams.end()
        assert [reader.lines[-1] for reader in readers] == [b"gave way", b"beat\n", b"beat\n"]
        assert leaving.lines[-1] == b"beat\n"

    run(main)


def test_customers_leave_places_for_agents():
    async def main():
        streams, first, customer, agent = Streams(most=2), Reader(), Reader(most=1), Reader()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(first.reads, stream(streams, forever([])))
            await first.first.wait()
            await customer.reads(stream(streams, forever([]), "customer", spared=1))
            tasks.start_soon(agent.reads, stream(streams, forever([]), "agent"))
            await agent.first.wait()
            tasks.cancel_scope.cancel()
        assert (customer.status, agent.status) == (503, 200)

    run(main)


def test_one_address_leaves_places_for_others_and_has_them_again_once_its_pages_go():
    async def main():
        streams, another, elsewhere, later = Streams(most_of_an_address=2), Reader(most=1), Reader(), Reader()
        async with anyio.create_task_group() as tasks:
            for owner in ("one", "two"):
                reader = Reader()
                tasks.start_soon(reader.reads, stream(streams, forever([]), owner, address="here"))
                await reader.first.wait()
            await another.reads(stream(streams, forever([]), "three", address="here"))
            tasks.start_soon(elsewhere.reads, stream(streams, forever([]), "four", address="there"))
            await elsewhere.first.wait()
            tasks.cancel_scope.cancel()
        assert (another.status, elsewhere.status) == (503, 200)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(later.reads, stream(streams, forever([]), "five", address="here"))
            await later.first.wait()
            tasks.cancel_scope.cancel()
        assert (later.status, len(streams), streams._from) == (200, 0, {})

    run(main)


def test_too_many_in_all_are_refused_with_a_sentence():
    async def main():
        streams, first, second = Streams(most=1), Reader(), Reader(most=1)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(first.reads, stream(streams, forever([])))
            await first.first.wait()
            await second.reads(stream(streams, forever([]), "another"))
            tasks.cancel_scope.cancel()
        assert second.status == 503
        assert "Too many pages" in json.loads(second.lines[0])["detail"]

    run(main)


def test_a_server_that_stops_ends_all_streams_and_begins_no_more():
    async def main():
        streams, reader, late = Streams(), Reader(), Reader()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(reader.reads, stream(streams, forever([])))
            await reader.first.wait()
            streams.end()
        await late.reads(stream(streams, forever([])))
        assert (reader.ended, late.status, len(streams)) == (True, 503, 0)

    run(main)
