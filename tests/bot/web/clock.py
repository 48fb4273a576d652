"""The clock by which the gate counts, stopped: how slowly a test asks makes no difference."""

from bot.web.gate import Gate


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def pass_by(self, seconds):
        self.now += seconds


def stopped(app):
    """The clock by which the gate of an application counts from now on."""
    clock = Clock()
    for counted in gate_of(app)._counts.values():
        for turnstile in counted:
            turnstile._clock = clock
    return clock


def gate_of(app):
    found = app.middleware_stack
    while not isinstance(found, Gate):
        found = getattr(found, "app", None) or found._app
    return found
