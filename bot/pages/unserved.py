"""Pages while they are made: Gradio need not serve them yet."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unserved() -> Iterator[None]:
    """Pages made here get their application when they are mounted, and no other.

    Gradio makes one of sixty routes when a page is begun and one when it is complete, and serves neither:
    0.5 s of processor time for three pages, two thirds of what the whole application takes.
    """
    from gradio.routes import App

    served = vars(App)["create_app"]
    App.create_app = staticmethod(_nothing)  # type: ignore[assignment]
    try:
        yield
    finally:
        App.create_app = served  # type: ignore[method-assign]


def _nothing(*_: object, **_more: object) -> None:
    pass
