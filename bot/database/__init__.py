"""The database: opened, brought up to date, read and written. Knows no table but what all have in common."""
