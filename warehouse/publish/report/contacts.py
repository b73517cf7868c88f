"""The contacts of organisations on pages: pages are passed on, so that names and telephone numbers are a choice."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse.plan.model import Plan


class Contacts:
    """What pages say in place of a contact where contacts are hidden: the organisation's name."""

    def __init__(self, plan: Plan, *, are_shown: bool) -> None:
        self.are_shown = are_shown
        self._of_plan = {member.name: member.contact for member in plan.organisations if member.contact}

    @property
    def by_organisation(self) -> Mapping[str, str]:
        """Whom pages may name, by organisation."""
        return self._of_plan if self.are_shown else {}

    @property
    def are_hidden(self) -> bool:
        """Whether the plan has contacts, and pages do not show them."""
        return bool(self._of_plan) and not self.are_shown
