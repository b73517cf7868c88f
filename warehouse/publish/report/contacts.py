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

    def without(self, text: str | None) -> str | None:
        """A sentence of a published table, which may name a contact, as pages may show it."""
        if text is None or self.are_shown:
            return text
        # The longest first: one contact may be the beginning of another.
        for organisation, contact in sorted(self._of_plan.items(), key=lambda named: -len(named[1])):
            text = text.replace(f"{organisation} ({contact})", organisation).replace(contact, organisation)
        return text
