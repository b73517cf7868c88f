"""Tests of the flows share one Prefect server, which ends with the last of them."""
