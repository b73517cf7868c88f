"""The plan: what it may say, and how its mistakes are told."""
