"""A customer who talks to the assistant, and what they ask."""

SURE = "How do I send something back?"
UNKNOWN = "Quantum entanglement of hedgehogs"


def kinds(messages):
    return [(message.author, message.kind) for message in messages]


def ask(assistant, token, text, page_language="en", key=None):
    return assistant.ask(token, text, page_language=page_language, key=key)
