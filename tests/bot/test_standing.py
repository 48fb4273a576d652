import pytest

from bot.standing import Step, steps


def figures(answered: float, wrong: float | None, *points: tuple[float, float, float]) -> dict[str, object]:
    names = ("threshold", "answered", "wrong")
    curve = [dict(zip(names, point, strict=True)) for point in points]
    return {"answered": answered, "answered_wrong": wrong, "curve": curve}


HUNDRED = [(1 - part / 100, part / 100, part / 200) for part in range(1, 101)]


def test_the_curve_is_told_in_tenths_with_the_limit_in_force_among_them() -> None:
    found = steps(figures(0.25, 0.1, *HUNDRED), 0.75)
    assert [step.answered for step in found] == pytest.approx(
        [0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0], abs=0.06
    )
    assert [step for step in found if step.now] == [Step(0.75, 0.25, 0.1, now=True)]
    assert found[-1] == Step(0.0, 1.0, 0.5, now=False)


def test_a_limit_that_nothing_reaches_is_told_too() -> None:
    found = steps(figures(0.0, None, (0.5, 0.5, 0.0), (0.2, 1.0, 0.5)), 0.9)
    assert found[0] == Step(0.9, 0.0, None, now=True)
    assert [step.answered for step in found] == [0.0, 0.5, 1.0]


def test_where_everything_is_answered_the_last_step_is_now() -> None:
    assert steps(figures(1.0, 0.5, (0.95, 1.0, 0.5)), 0.9) == [Step(0.9, 1.0, 0.5, now=True)]


def test_without_questions_there_is_only_the_limit() -> None:
    assert steps(figures(0.0, None), 0.9) == [Step(0.9, 0.0, None, now=True)]
