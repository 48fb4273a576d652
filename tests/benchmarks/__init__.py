"""Measurements, which are run by hand and fail nothing."""
