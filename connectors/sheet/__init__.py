"""The sheet that partners fill in."""
