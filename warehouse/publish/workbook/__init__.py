"""The published tables as a workbook."""
