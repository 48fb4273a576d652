"""What tests of routes share: browsers of each role, and a ticket at the desk."""

from tests.bot.access.conftest import app, come, host, porter, still  # noqa: F401
from tests.bot.takeover.conftest import number, token  # noqa: F401
