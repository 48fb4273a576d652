"""What is said and done: answers, wishes, handover, pages, state. Wires articles and index together."""
