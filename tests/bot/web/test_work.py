import threading

import pytest
from fastapi import HTTPException

from bot.database.engine import UNUSABLE, StateError
from bot.web.work import worked
from tests.loop import run


def test_work_is_done_in_a_thread_of_its_own():
    assert run(worked, threading.get_ident) != threading.get_ident()


def test_a_fault_of_the_database_is_told_without_where_it_is_which_the_log_says(caplog):
    def fails():
        raise StateError("postgresql+psycopg://askdesk:***@db.internal/askdesk: no connection")

    with pytest.raises(HTTPException) as told:
        run(worked, fails)
    assert (told.value.status_code, told.value.detail) == (503, UNUSABLE)
    assert "db.internal/askdesk: no connection" in caplog.text


def test_what_else_goes_wrong_keeps_its_name():
    with pytest.raises(ZeroDivisionError):
        run(worked, lambda: 1 // 0)


def test_a_fault_may_be_told_by_another_answer_which_remembers_it():
    missing = KeyError("ticket")

    def fails():
        raise missing

    def telling(fault):
        return HTTPException(404, "there is no such ticket") if isinstance(fault, KeyError) else None

    with pytest.raises(HTTPException) as told:
        run(worked, fails, telling)
    assert (told.value.status_code, told.value.__cause__) == (404, missing)
    with pytest.raises(ZeroDivisionError):
        run(worked, lambda: 1 // 0, telling)
