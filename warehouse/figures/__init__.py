"""The published tables and what fills them."""
