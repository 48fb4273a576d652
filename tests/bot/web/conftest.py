"""What tests of what each request passes share: browsers of each role."""

from tests.bot.access.conftest import app, come, host, porter  # noqa: F401
