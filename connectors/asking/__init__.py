"""Asking the platforms' APIs: what is the same for all of them."""
