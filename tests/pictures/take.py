"""Takes the README's pictures of the chat: `make pictures`, after `make run` has built the index.

Starts the server on a copy of the data folder, talks to it in Chromium, and writes PNG files beside itself.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
PORT = "7869"
ADDRESS = f"http://127.0.0.1:{PORT}"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SCENES = [
    ("chat.png", {"width": 1000, "height": 720}, "en", "How long do I have to return something?"),
    ("chat-phone.png", {"width": 390, "height": 720}, "ar", "متى يوصل طلبي"),
]


def main() -> None:
    """Take every picture."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree("var/index", Path(folder) / "index")
        command = [sys.executable, "-m", "bot", "serve", "--data", folder, "--port", PORT]
        server = subprocess.Popen(command, env=os.environ | {"ASKDESK_COMPANY": "Tindvolt"})
        try:
            wait_until_ready()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
                for name, size, language, question in SCENES:
                    take(browser, HERE / name, size, language, question)
        finally:
            server.terminate()
            server.wait()


def wait_until_ready() -> None:
    """Return when the server answers; give up after a minute."""
    for _ in range(120):
        try:
            if httpx.get(f"{ADDRESS}/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise SystemExit("the server did not become ready: is there an index? run 'make run' first")


def take(browser: Browser, path: Path, size: dict[str, int], language: str, question: str) -> None:
    """One question and its answer, in the page of that language."""
    page = browser.new_context(viewport=size, locale=language, device_scale_factor=2).new_page()  # type: ignore[arg-type]
    page.goto(ADDRESS)
    box = page.get_by_role("textbox").first
    box.fill(question)
    box.press("Enter")
    page.locator(".source").last.wait_for()
    page.wait_for_timeout(500)
    page.screenshot(path=path)
    print(path.relative_to(Path.cwd()))


if __name__ == "__main__":
    main()
