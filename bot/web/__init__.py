"""What every request passes before a route answers it: headers, limits, door, pace. Knows no route."""
