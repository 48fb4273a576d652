"""The chat page as a customer uses it."""

from tests.patience import wait_for

SURE = "How do I send something back?"
SENTENCE = "You can send an item back within 30 days."
NEARLY = "a parcel with a gift"
UNKNOWN = "Quantum entanglement of hedgehogs"


def drawn(page):
    page.wait_for_selector("#chat[data-ready]")
    return page


def ask(page, text, kind=None):
    """Sends a text by the keyboard and waits for the reply, of a kind if one is given."""
    before = replies(page).count()
    box(page).fill(text)
    box(page).press("Enter")
    return next_reply(page, before, kind)


def next_reply(page, before, kind=None):
    reply = replies(page).nth(before)
    reply.wait_for()
    if kind:
        assert kind in reply.get_attribute("class").split()
    return reply


def replies(page):
    return page.locator("#log .message.bot:not(.thinking, .welcome)")


def name(choice):
    """What a suggestion asks, without how its answer opens."""
    return choice.locator("span").inner_text()


def said(page):
    return page.locator("#log .message.customer p")


def box(page):
    return page.locator("#question textarea")


def note(page):
    return page.locator("#note")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).last.click()


def reloaded(page):
    page.reload()
    return page


def offline(page):
    """Takes the connection away and waits until it is: what is asked right after may still get through."""
    page.context.set_offline(True)
    wait_for(lambda: page.evaluate("fetch('/health').then(() => false, () => true)"))
