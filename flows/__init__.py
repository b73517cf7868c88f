"""Order, retries and what the operator sees: the nightly flow and the command line."""

__version__ = "0.1.0"
