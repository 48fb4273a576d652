"""Takes the README's pictures of chat and desk: `make pictures`, after `make run` has built the index.

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
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
PORT = "7869"
ADDRESS = f"http://127.0.0.1:{PORT}"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SCENES = [
    ("chat.png", {"width": 1000, "height": 720}, "en", "How long do I have to return something?"),
    ("chat-phone.png", {"width": 390, "height": 720}, "ar", "متى يوصل طلبي"),
]
AGENT, PASSWORD = ("maja", "--shown", "Maja Holm"), "three quiet herons"
DESK = {"width": 1280, "height": 860}
CALLS = (
    "My bicycle arrived with a scratched frame. What now?",
    "I want to talk to a person",
    "Thanks! And when do I get my money back?",
)
ANSWERS = ("Hello Joe, I am sorry about your bicycle.", "We pick it up at no cost to you.")


def main() -> None:
    """Take every picture."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree("var/index", Path(folder) / "index")
        add = [sys.executable, "-m", "bot", "user", "add", *AGENT, "--data", folder]
        subprocess.run(add, input=f"{PASSWORD}\n", text=True, check=True)
        command = [sys.executable, "-m", "bot", "serve", "--data", folder, "--port", PORT]
        server = subprocess.Popen(command, env=os.environ | {"ASKDESK_COMPANY": "Tindvolt"})
        try:
            wait_until_ready()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
                for name, size, language, question in SCENES:
                    take(browser, HERE / name, size, language, question)
                take_desk(browser, HERE / "desk.png")
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
    ask(page, question)
    page.locator(".source").last.wait_for()
    picture(page, path)


def take_desk(browser: Browser, path: Path) -> None:
    """A ticket in the middle of its life, with its customer at the other end."""
    other = browser.new_page(locale="ar")
    other.goto(ADDRESS)
    ask(other, "هل يمكنني إلغاء طلبي؟")
    other.locator(".message.bot:not(.welcome, .thinking)").wait_for()
    other.locator("#person").click()
    other.locator(".message.handoff").wait_for()
    customer = browser.new_page(locale="en")
    customer.goto(ADDRESS)
    ask(customer, CALLS[0])
    customer.locator(".message.bot:not(.welcome, .thinking)").wait_for()
    ask(customer, CALLS[1])
    customer.locator("form.reach input[name=name]").fill("Joe Marsh")
    customer.locator("form.reach .primary").click()
    customer.locator(".message.contact").wait_for()
    desk = browser.new_context(viewport=DESK, device_scale_factor=2).new_page()
    desk.goto(f"{ADDRESS}/desk/?ticket=2")
    desk.locator("input[name=name]").fill(AGENT[0])
    desk.locator("input[name=password]").fill(PASSWORD)
    desk.keyboard.press("Enter")
    desk.locator(".acts").get_by_role("button", name="Take").click()
    desk.locator("#reply:focus").wait_for()
    for line in ANSWERS:
        desk.keyboard.type(line)
        desk.keyboard.press("Enter")
        customer.get_by_text(line).wait_for()
    ask(customer, CALLS[2])
    desk.locator(".talk .customer", has_text=CALLS[2]).wait_for()
    desk.keyboard.press("Control+k")
    desk.keyboard.type("how long does a refund take")
    desk.locator(".side .hit mark").first.wait_for()
    picture(desk, path)


def ask(page: Page, text: str) -> None:
    page.locator("#chat[data-ready]").wait_for()
    box = page.get_by_role("textbox").first
    box.fill(text)
    box.press("Enter")


def picture(page: Page, path: Path) -> None:
    page.wait_for_timeout(800)
    page.screenshot(path=path)
    print(path.relative_to(Path.cwd()))


if __name__ == "__main__":
    main()
