"""When somebody comes: hours, queues, the wait that is expected, what was promised, and how it is told."""
