"""What is said and done: replies, handover, pages, state. Wires articles and index together."""
