"""Help desks of others: the assistant answers in their chats, and hands over to their people.

An adapter has three parts: a route that verifies what the help desk sends and reads it as `reception.Heard`;
`Reception`, which is the same for all; and a channel of the outbox that turns `reception.Said` into calls.
"""
