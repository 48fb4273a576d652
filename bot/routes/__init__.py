"""What answers requests, by path. Knows nearly all others; who may ask, and how often, is settled before."""
