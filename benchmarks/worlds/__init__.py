"""Workspaces that every checkout gets alike: three from a seed, and one from genuine exports.

Nothing in here imports Reach. The header rows are those of genuine exports, as tests/exports has them.
"""
