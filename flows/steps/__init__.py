"""What a night does, as plain functions."""
