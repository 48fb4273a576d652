"""How long an agent waits for what the finder draws: python tests/benchmarks/desk.py [--data DIR]

A real server, a real browser, and the golden questions typed key by key. What is told is the time from the
last key to the drawn result, as the page itself measures it, and for comparison from each key on the way.
"""

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bot import golden  # noqa: E402
from bot.editions import build_index  # noqa: E402
from bot.settings import Settings  # noqa: E402
from index.evaluate import read_questions  # noqa: E402
from index.progress import silent  # noqa: E402
from tests.benchmarks.speed import wait_for  # noqa: E402
from tests.conftest import CHROMIUM_ARGUMENTS  # noqa: E402

ARTICLES = ROOT / "articles"
CHROMIUM = "/usr/bin/chromium"
LONGEST = 24  # characters typed: agents type a few words
WAITED = 1_500  # milliseconds given to a result before the next question

DRAWN = """new Promise((resolve) => {
  const words = document.querySelector(".finder-words").value.trim();
  const found = () => performance.getEntriesByName("finder").find((one) => one.detail === words);
  const look = () => (found() ? resolve(found().duration) : setTimeout(look, 5));
  look();
  setTimeout(() => resolve(null), %d);
})"""


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, help="a data folder with an index of the example [default: built]"
    )
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--pause", type=int, default=110, help="milliseconds from key to key")
    options = parser.parse_args(arguments)
    asked = read_questions(ARTICLES / golden.FILE)
    asked = asked[:: max(1, len(asked) // options.questions)]
    with TemporaryDirectory() as passing:
        settings = Settings(data=options.data or Path(passing), articles=ARTICLES)
        if options.data is None:
            build_index(settings, silent)
        with served(settings) as address, desk(address) as page:
            print(f"load {os.getloadavg()[0]:.1f}, {options.pause} ms from key to key")
            for told in ("at first", "again"):
                report(told, [typed(page, one.question[:LONGEST], options.pause) for one in asked])


def report(told: str, waited: Sequence[float | None]) -> None:
    drawn = [one for one in waited if one is not None]
    p50, p95, most = np.percentile(drawn, [50, 95, 100])
    print(f"{told:<10} p50 {p50:5.0f} ms   p95 {p95:5.0f} ms   most {most:5.0f} ms", end="")
    print(f"   {len(drawn)} of {len(waited)} drawn within {WAITED} ms")


def typed(page: Any, words: str, pause: int) -> float | None:
    """Milliseconds from the last key to the drawn result; None where it took too long."""
    page.evaluate("performance.clearMeasures()")
    page.locator(".finder-words").first.press_sequentially(words, delay=pause)
    waited: float | None = page.evaluate(DRAWN % WAITED)
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)
    return waited


@contextmanager
def desk(address: str) -> Iterator[Any]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS.split())
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{address}desk")
        page.locator(".finder-words").first.wait_for()
        page.wait_for_timeout(2_000)
        yield page
        browser.close()


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    folders = ["--data", str(settings.data), "--articles", str(settings.articles)]
    command = [sys.executable, "-m", "bot", "serve", "--port", "0", *folders]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        address = next(word for line in process.stderr for word in line.split() if word.startswith("http"))
        wait_for(f"{address}ready")
        yield address
        process.terminate()


if __name__ == "__main__":
    main(sys.argv[1:])
