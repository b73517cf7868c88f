"""The browser of the report's tests."""

from tests.warehouse.publish.report.conftest import browser

__all__ = ["browser"]
