"""The log of radio, TV, press and events."""
