import anyio
import pytest

from tests import loop


def test_work_that_comes_to_no_end_fails(monkeypatch):
    monkeypatch.setattr(loop, "PATIENCE", 0.01)
    with pytest.raises(TimeoutError):
        loop.run(anyio.sleep_forever)


def test_what_the_work_comes_to_and_what_it_raises_come_to_the_test():
    async def divide(one, by):
        return one / by

    assert loop.run(divide, 6, 3) == 2
    with pytest.raises(ZeroDivisionError):
        loop.run(divide, 1, 0)
