from tests.bot.conftest import fake_assistant
from tests.bot.pages.chat import UNKNOWN


def test_who_was_not_helped_again_is_passed_on_with_what_was_asked_not_with_what_was_said_of_it(tmp_path):
    assistant = fake_assistant(tmp_path)
    token = assistant.open(None, "en").token
    for message in (UNKNOWN, "that did not help"):
        assistant.ask(token, message, page_language="en")
    packet = assistant.store.last_ticket(token).packet
    assert (packet["reason"], packet["question"]) == ("repeated_miss", UNKNOWN)
    assert packet["found"]
