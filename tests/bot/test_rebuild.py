import sys
import textwrap
import threading

from bot.rebuild import Progress, Rebuild, command
from tests.bot.fakes import settings
from tests.patience import wait_for

BUILT = '{"generation": "20260301-120000-abcdef", "articles": 3, "problems": []}'


def program(tmp_path, text):
    """A program in the place of `askdesk build`."""
    file = tmp_path / "program.py"
    file.write_text(f"import json, os, sys, time\n{textwrap.dedent(text)}", encoding="utf-8")
    return sys.executable, str(file)


def ended(rebuild):
    wait_for(lambda: not rebuild.status.running, so_far=lambda: rebuild.status)
    return rebuild.status


def test_a_build_is_followed_to_its_figures(tmp_path):
    rebuild = Rebuild(program(tmp_path, f"print('{BUILT}')"))
    assert rebuild.start("maja")
    outcome = ended(rebuild).outcome
    assert outcome.refusal is None
    assert outcome.built["articles"] == 3


def test_the_progress_is_read_while_the_build_runs(tmp_path):
    gate = tmp_path / "gate"
    rebuild = Rebuild(
        program(
            tmp_path,
            f"""
            assert (os.environ["ASKDESK_PROGRESS"], os.environ["ASKDESK_BY"]) == ("json", "maja")
            print(json.dumps({{"stage": "embed", "done": 30, "total": 60}}), file=sys.stderr, flush=True)
            while not os.path.exists({str(gate)!r}): time.sleep(0.01)
            print({BUILT!r})
            """,
        )
    )
    rebuild.start("maja")
    wait_for(lambda: rebuild.status.progress, so_far=lambda: rebuild.status)
    status = rebuild.status
    assert status.running
    assert status.started
    assert status.progress == Progress("embed", 30, 60)
    gate.touch()
    assert ended(rebuild).progress is None


def test_a_second_build_does_not_start_while_one_runs(tmp_path):
    gate = tmp_path / "gate"
    waits = f"while not os.path.exists({str(gate)!r}): time.sleep(0.01)\nprint({BUILT!r})"
    rebuild = Rebuild(program(tmp_path, waits))
    assert rebuild.start("maja")
    assert not rebuild.start("maja")
    gate.touch()
    ended(rebuild)
    assert rebuild.start("maja")
    ended(rebuild)


def test_a_refusal_gives_the_sentence_that_the_command_said_last(tmp_path):
    rebuild = Rebuild(
        program(
            tmp_path,
            """
            print(json.dumps({"stage": "read", "done": 0, "total": 1}), file=sys.stderr)
            print("askdesk: articles is no folder: put articles there", file=sys.stderr)
            sys.exit(1)
            """,
        )
    )
    rebuild.start("maja")
    outcome = ended(rebuild).outcome
    assert outcome.built is None
    assert outcome.refusal == "articles is no folder: put articles there"


def test_many_lines_on_both_streams_do_not_block_the_build(tmp_path):
    rebuild = Rebuild(
        program(
            tmp_path,
            f"""
            document = json.loads({BUILT!r}) | {{"problems": [{{"where": "x", "what": "y" * 100}}] * 5000}}
            print(json.dumps(document))
            for line in range(5000): print("x" * 100, file=sys.stderr)
            """,
        )
    )
    rebuild.start("maja")
    assert len(ended(rebuild).outcome.built["problems"]) == 5000


def test_a_killed_build_says_so(tmp_path):
    rebuild = Rebuild(program(tmp_path, "os.kill(os.getpid(), 9)"))
    rebuild.start("maja")
    assert "signal 9" in ended(rebuild).outcome.refusal


def test_a_program_that_can_not_be_started_is_told(tmp_path):
    rebuild = Rebuild([str(tmp_path / "nothing")])
    rebuild.start("maja")
    assert "can't be started" in ended(rebuild).outcome.refusal


def test_where_there_is_no_thread_left_it_is_told_and_a_later_build_starts(tmp_path, monkeypatch):
    rebuild = Rebuild(program(tmp_path, f"print('{BUILT}')"))
    with monkeypatch.context() as full:
        full.setattr(threading, "_start_new_thread", no_thread)
        assert rebuild.start("maja")
    status = rebuild.status
    assert (status.running, "can't start new thread" in status.outcome.refusal) == (False, True)
    assert rebuild.start("maja")
    assert ended(rebuild).outcome.built


def no_thread(*_):
    raise RuntimeError("can't start new thread")


def test_success_without_a_document_is_no_success(tmp_path):
    rebuild = Rebuild(program(tmp_path, "print('[]')"))
    rebuild.start("maja")
    assert ended(rebuild).outcome.built is None


def test_the_share_done_never_falls_from_stage_to_stage():
    stages = ("model", "read", "embed", "train", "write", "publish")
    shares = [Progress(stage, done, 4).share for stage in stages for done in range(5)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_a_stage_without_a_total_and_an_unknown_one_count_as_not_begun():
    assert Progress("model", 0, 0).share == 0.0
    assert Progress("polish", 1, 2).share == 0.0


def test_the_command_names_both_folders(tmp_path):
    given = settings(data=tmp_path / "data", articles=tmp_path / "texts")
    line = command(given)
    assert line[1:5] == ("-m", "bot", "build", "--json")
    assert line[5:] == ("--data", str(tmp_path / "data"), "--articles", str(tmp_path / "texts"))
