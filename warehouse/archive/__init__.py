"""What came in, as it came."""
