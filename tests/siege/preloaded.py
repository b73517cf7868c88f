"""What a command imports, so that the processes of a siege are forked with it and need not do it again."""

import flows.cli.main
import flows.steps.dating
import flows.steps.freezing
import flows.steps.withdrawal
import warehouse.publish.report.pages

__all__ = ["flows", "warehouse"]
