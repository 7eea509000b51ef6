"""The desk of support's teams: who answers what, and how the work is shared (4.1)."""

from __future__ import annotations

from typing import Any, Final

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain import tickets
from cabinet.kit.i18n import LOCALES
from cabinet.models.tickets import Share
from cabinet.reports import teams as rows
from cabinet.reports.teams import MemberRow, TeamCard, TeamRow, TickRow
from cabinet.state.base import LINE_TYPED_MAX, FormState, Here, as_id
from cabinet.state.guard import staff

FORMS: Final = ("new", "words", "member")


class StaffTeamsState(FormState, rx.State):
    """The page «Отделы поддержки»."""

    teams: list[TeamRow] = []
    chosen: str = ""
    card: TeamCard = TeamCard()
    people: list[tuple[str, str]] = []
    member: MemberRow = MemberRow()
    """Whose form is open; without a key somebody new."""
    skills: list[TickRow] = []
    """The team's topics; those that the member answers are on."""
    topics: list[TickRow] = []
    """All topics, for a new team."""

    @staff("teams.keep")
    async def load(self):
        """Show the teams, and the chosen one as it is now."""
        await self._show(await self._here_staff())
        self.ready = True

    @staff("teams.keep")
    async def choose(self, key: str):
        """Open a team."""
        self.chosen, self.form = key[:40], ""
        await self._show(await self._here_staff())

    @staff("teams.keep")
    async def close(self):
        """Go back to the list."""
        self.chosen, self.card = "", TeamCard()

    @staff("teams.keep")
    async def ask(self, form: str):
        """Open a form: of a new team, or of the chosen one's words."""
        self._turn(form, FORMS)

    @staff("teams.keep")
    async def ask_member(self, key: str):
        """Open the form of a member; "" is somebody new."""
        self.member = next((each for each in self.card.members if each.key == key), MemberRow())
        own = [each for each in self.card.topics if each.on]
        self.skills = [TickRow(each.key, each.title, each.key in self.member.topics) for each in own]
        self._turn("member", FORMS)

    @staff("teams.keep")
    async def put_away(self):
        """Close the form."""
        self.form = ""

    @staff("teams.keep")
    async def add(self, form: dict[str, str]):
        """Add a team."""
        here = await self._here_staff()
        code = form.get("new_code", "").strip()[:LINE_TYPED_MAX]
        if await self._carry_out(here, here.phrase("The team is added"), *_words(form, "new", code), fresh=True):
            self.chosen = code
            await self._show(here)

    @staff("teams.keep")
    async def change(self, form: dict[str, str]):
        """Say the chosen team in other words, with other topics."""
        here = await self._here_staff()
        await self._carry_out(here, here.phrase("The team is written"), *_words(form, "its", self.chosen), fresh=False)

    @staff("teams.keep")
    async def drop(self):
        """Dissolve the chosen team."""
        here = await self._here_staff()
        await self._carry_out(here, here.phrase("The team is dissolved"), tickets.drop_team, self.chosen)

    @staff("teams.keep")
    async def put(self, form: dict[str, str]):
        """Take somebody into the team, or change what he answers."""
        here = await self._here_staff()
        key = self.member.key or form.get("member", "")[:40]
        skills = [each.key for each in self.skills if form.get(f"skill_{each.key}")]
        said = here.phrase("The team is written")
        await self._carry_out(here, said, tickets.put_member, self.chosen, lambda: as_id(key), skills)

    @staff("teams.keep")
    async def let_go(self, key: str):
        """Take somebody out of the team."""
        here = await self._here_staff()
        said = here.phrase("The team is written")
        await self._carry_out(here, said, tickets.drop_member, self.chosen, lambda: as_id(key))

    async def _show(self, here: Here) -> None:
        found = await in_reading(tickets.all_teams, here.actor)
        offered = await in_reading(tickets.topics, here.actor)
        self.teams = rows.team_rows(found, here.eye)
        self.topics = [TickRow(each.code, here.eye.name(each.title)) for each in offered]
        people = [(str(key), name) for key, name in await in_reading(tickets.answerers, here.actor)]
        self.people = [("", here.phrase("Choose…")), *people]
        shown = next((each for each in found if each.team.code == self.chosen), None)
        if shown is None:
            self.chosen, self.card = "", TeamCard()
            return
        self.card = rows.team_card(shown, offered, here.eye)


def _words(form: dict[str, str], name: str, code: str) -> tuple[Any, ...]:
    """Return the deed with what the form of a team says."""
    title = {locale: form.get(f"{name}_title_{locale}", "")[:LINE_TYPED_MAX] for locale in LOCALES}
    said = form.get(f"{name}_share", "")
    share = Share(said) if said in tuple(Share) else Share.hand
    marked = [key.removeprefix(f"{name}_topic_") for key in form if key.startswith(f"{name}_topic_")]
    return tickets.keep_team, code, title, share, [each[:40] for each in marked]
