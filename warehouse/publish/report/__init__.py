"""What people read of the published tables: sentences, in words that are data."""
