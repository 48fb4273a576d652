"""Who is told of a ticket, how, and the proof of it: the outbox and its channels.

Knows mail, webhooks and the API of another help desk, whose calls it makes as they are; what is said in a
chat is decided elsewhere.
"""
