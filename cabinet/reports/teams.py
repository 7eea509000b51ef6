"""Teams of support in words: the list, one team with its people and topics (4.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cabinet.domain import tickets
from cabinet.domain.tickets import Team
from cabinet.kit import i18n
from cabinet.kit.i18n import LOCALES, mark
from cabinet.kit.shapes import Fact
from cabinet.models.tickets import Share, TicketTopic
from cabinet.reports.reader import Reader

SHARES: Final = {
    Share.hand: mark("By hand: somebody takes it"),
    Share.turn: mark("By turns"),
    Share.load: mark("To who has the fewest"),
}


@dataclass
class TeamRow:
    """A line of the list of teams."""

    key: str = ""
    title: str = ""
    soft: str = ""


@dataclass
class MemberRow:
    """Somebody of a team."""

    key: str = ""
    name: str = ""
    soft: str = ""
    topics: list[str] = field(default_factory=list)


@dataclass
class TickRow:
    """Something that may be ticked in a form."""

    key: str = ""
    title: str = ""
    on: bool = False


@dataclass
class TeamCard:
    """The opened team."""

    key: str = ""
    title: str = ""
    share: str = "hand"
    facts: list[Fact] = field(default_factory=list)
    members: list[MemberRow] = field(default_factory=list)
    topics: list[TickRow] = field(default_factory=list)
    """All topics; those of the team are on."""
    form: dict[str, str] = field(default_factory=dict)


def team_rows(found: Sequence[Team], eye: Reader) -> list[TeamRow]:
    """Return a line for each team."""
    return [TeamRow(each.team.code, eye.name(each.team.title), _team_words(each, eye)) for each in found]


def team_card(found: Team, topics: Sequence[TicketTopic], eye: Reader) -> TeamCard:
    """Return a team with its people."""
    team = found.team
    named = {each.code: eye.name(each.title) for each in topics}
    own = [named[each.code] for each in found.topics if each.code in named]
    return TeamCard(
        key=team.code,
        title=eye.name(team.title),
        share=team.share.value,
        facts=[
            Fact(eye.say(mark("Code")), team.code),
            Fact(eye.say(mark("How tickets are shared")), eye.say(SHARES[team.share])),
            Fact(eye.say(mark("Topics")), ", ".join(own) or eye.say(mark("none yet"))),
            Fact(eye.say(mark("Open tickets")), i18n.number(found.open, eye.locale)),
        ],
        members=[
            MemberRow(
                key=str(each.member.staff_id),
                name=each.name,
                soft=_member_words(each, named, eye),
                topics=list(each.member.topics),
            )
            for each in found.members
        ],
        topics=[TickRow(code, title, code in {each.code for each in found.topics}) for code, title in named.items()],
        form={f"title_{locale}": team.title.get(locale, "") for locale in LOCALES},
    )


def _team_words(found: Team, eye: Reader) -> str:
    people = i18n.plural(eye.locale, "{n} person", "{n} people", len(found.members))
    return f"{people}, {eye.say(SHARES[found.team.share]).lower()}"


def _member_words(each: tickets.Member, named: Mapping[str, str], eye: Reader) -> str:
    skills = [named[code] for code in each.member.topics if code in named]
    said = [", ".join(skills) or eye.say(mark("all topics"))]
    said.append(eye.say(mark("{n} open"), n=each.open))
    if not each.member.takes:
        said.append(eye.say(mark("takes none now")))
    return " · ".join(said)
