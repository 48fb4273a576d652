import pytest

from tests.loop import run
from tests.patience import wait_for, wait_for_async


@pytest.mark.parametrize("waited", [wait_for, lambda true: run(wait_for_async, true)], ids=["thread", "loop"])
def test_what_the_condition_gives_at_last_is_given(waited):
    looks = iter(["", None, [], "here"])
    assert waited(lambda: next(looks)) == "here"


@pytest.mark.parametrize(
    "waited", [wait_for, lambda *given: run(wait_for_async, *given)], ids=["thread", "loop"]
)
def test_what_does_not_come_is_named_with_what_came_instead(waited):
    came = ["one"]
    with pytest.raises(AssertionError) as told:
        waited(lambda: "two" in came, 0.02, lambda: came)
    assert str(told.value).startswith("not within 0.02 seconds: ")
    assert 'lambda: "two" in came' in str(told.value)
    assert str(told.value).endswith("; so far: ['one']")


def test_a_condition_with_a_name_is_named_by_it():
    with pytest.raises(AssertionError, match=r"not within 0 seconds: set\.pop_nothing"):
        wait_for(_named("set.pop_nothing"), 0)


def _named(name):
    def never():
        return False

    never.__qualname__ = name
    return never


def test_a_fault_of_the_condition_is_not_waited_for():
    with pytest.raises(ZeroDivisionError):
        wait_for(lambda: 1 / 0)
