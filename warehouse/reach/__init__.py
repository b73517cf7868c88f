"""Bounds of reach."""
