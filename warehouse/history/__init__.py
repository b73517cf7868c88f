"""The DuckDB file that holds every reading."""
