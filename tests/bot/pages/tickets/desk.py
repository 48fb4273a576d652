"""What agents and customers do, and the tickets that they do it in."""

from bot.state.packet import pack
from kb.language import Language
from tests.bot.fakes import knowledge

CANNED = (
    {"title": "Hello", "en": "Hello {name}, this is {agent}.", "ar": "مرحبًا {name}، معكم {agent}."},
    {"title": "Only in English", "en": "One moment, {name}."},
)
QUESTION_AR = "كيف أعيد الدراجة؟"
SOON = 15_000  # milliseconds, half as many as between two looks of the page's own


def handed_over(store, text, language="en", reason="asked", name=None, email=None, rejected=()):
    """The token and the number of a ticket for a conversation of one question and one reply."""
    found = knowledge().search(text, Language(language, 0.97))
    token = store.start(language).token
    with store.turn(token) as turn:
        turn.say("customer", text, "question")
        reply = turn.say("bot", "**You can send it back.**", "answer")
        turn.rate(reply.id, helpful=False)
        turn.speak(language, language)
        turn.turn_down(rejected)
        packet = pack(reason, found, rejected, turn.transcript()).document()
        ticket = turn.hand_over(reason, packet)
        turn.leave_contact(ticket.number, name, email)
    return token, ticket.number


def write(store, token, text):
    """What the customer writes meanwhile."""
    with store.turn(token) as turn:
        return turn.say("customer", text, "question")


def act(page, label):
    page.locator(".acts").get_by_role("button", name=label, exact=True).click()


def take(page):
    """By the keyboard: a second click soon after the first is the other half of a double one to the desk."""
    page.locator(".acts").get_by_role("button", name="Take", exact=True).press("Enter")
    page.locator("#reply:focus").wait_for()


def turn(page, number):
    """Opens another ticket from the list."""
    page.locator(f'[data-ticket="{number}"]').click()
    page.locator(".ticket-head h2", has_text=f"#{number} ").wait_for()


def said(store, number):
    return [one.text for one in store.ticket_transcript(number) if one.author == "agent"]
