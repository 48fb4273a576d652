"""Who acts, and what they may do: users, sessions, roles, and the record of what was done. Serves no page."""
