"""What tests of the takeover share: two agents, a customer, and a ticket between them."""

import pytest

from bot.access.account import Accounts
from bot.takeover.agent import Agents
from bot.takeover.discretion import Discretion
from tests.bot.conftest import fake_assistant

PASSWORD = "three quiet herons"


@pytest.fixture
def assistant(tmp_path):
    return fake_assistant(tmp_path)


@pytest.fixture
def store(assistant):
    return assistant.store


@pytest.fixture
def accounts(store):
    accounts = Accounts(store.engine)
    accounts.add("maja", PASSWORD, "test", shown="Maja Holm")
    accounts.add("bo", PASSWORD, "test", shown="Bo")
    return accounts


@pytest.fixture
def maja(accounts):
    return accounts.find("maja").user


@pytest.fixture
def bo(accounts):
    return accounts.find("bo").user


@pytest.fixture
def agents(assistant, accounts):
    return Agents(assistant.store, accounts, Discretion(assistant.live), assistant.settings)


@pytest.fixture
def token(store):
    return store.start("en").token


@pytest.fixture
def number(store, token):
    with store.turn(token) as turn:
        turn.say("customer", "I want to talk to a person", "question")
        return turn.hand_over("asked", {}).number
