"""When somebody comes: hours, queues, the expected wait, what was promised, in words. Knows no ticket."""
