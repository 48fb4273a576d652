import gc

import anyio

from bot.web import line as module
from bot.web.line import LONGEST, OF_ONE, Line
from tests.loop import run


async def stand(line, address, served, seconds=0.02):
    async with line.turn(address):
        served.append(address)
        await anyio.sleep(seconds)


def test_a_stranger_s_hundred_questions_keep_nobody_else_waiting():
    async def main():
        line, served = Line(), []
        async with anyio.create_task_group() as tasks:
            for _ in range(100):
                tasks.start_soon(stand, line, "hasty", served)
            await anyio.sleep(0.001)
            tasks.start_soon(stand, line, "patient", served)
        assert served.index("patient") <= 2 * OF_ONE
        assert len(served) == 101

    run(main)


def test_no_more_than_that_are_served_at_once_of_one_and_in_all(monkeypatch):
    monkeypatch.setattr(module, "IN_ALL", 6)

    async def most_at_once(addresses):
        line, now, most = Line(), {}, []

        async def served(address):
            async with line.turn(address):
                now[address] = now.get(address, 0) + 1
                most.append((now[address], sum(now.values())))
                await anyio.sleep(0.005)
                now[address] -= 1

        async with anyio.create_task_group() as tasks:
            for number in range(60):
                tasks.start_soon(served, f"address {number % addresses}")
        return max(own for own, _ in most), max(together for _, together in most)

    assert run(most_at_once, 1) == (min(OF_ONE, 6), min(OF_ONE, 6))
    assert run(most_at_once, 20)[1] == 6


def test_it_is_full_for_one_address_before_it_is_for_all_and_keeps_nothing_of_who_has_left():
    async def main():
        line, served = Line(), []
        async with anyio.create_task_group() as tasks:
            for _ in range(LONGEST // 2):
                tasks.start_soon(stand, line, "hasty", served, 60)
            await anyio.sleep(0.01)
            assert (line.full("hasty"), line.full("patient")) == (True, False)
            for number in range(LONGEST // 2):
                tasks.start_soon(stand, line, f"address {number}", served, 60)
            await anyio.sleep(0.01)
            assert line.full("patient")
            tasks.cancel_scope.cancel()
        gc.collect()
        assert (line.full("hasty"), line._length, dict(line._own)) == (False, 0, {})

    run(main)
