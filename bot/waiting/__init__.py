"""When somebody comes: hours, queues, the expected wait, what was promised; moments and waits in words."""
