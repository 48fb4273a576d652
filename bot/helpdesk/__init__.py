"""Help desks of others: the assistant answers in their chats, and hands over to their people.

An adapter verifies what the help desk sends, reads it as `reception.Heard`, and turns `reception.Said` into
calls; `Reception` between them is the same for all. It makes no call: a channel of `bot.notify` does.
"""
