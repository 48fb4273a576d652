"""What every request passes and every answer carries, and the application that holds it all together."""
