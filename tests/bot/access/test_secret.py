import threading

from bot.access.secret import FILE_NAME, secret
from tests.bot.fakes import settings


def test_a_secret_is_made_once_for_the_server_s_eyes_only(tmp_path):
    made = secret(settings(data=tmp_path))
    assert len(made) >= 43
    assert secret(settings(data=tmp_path)) == made
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_a_given_secret_is_taken_and_none_is_made(tmp_path):
    given = "three quiet herons by the old canal"
    assert secret(settings(data=tmp_path, secret=given)) == given
    assert list(tmp_path.iterdir()) == []


def test_many_servers_that_start_at_once_have_one_secret(tmp_path):
    made, given = set(), settings(data=tmp_path)
    threads = [threading.Thread(target=lambda: made.add(secret(given))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_a_torn_secret_is_made_anew(tmp_path):
    (tmp_path / FILE_NAME).write_text("torn")
    assert len(secret(settings(data=tmp_path))) >= 43
