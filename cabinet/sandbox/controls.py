"""The page of switches: what goes wrong next, and what the merchant was told lately."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from cabinet.kit import clock
from cabinet.sandbox import outbox, switches
from cabinet.sandbox.acquirer import Acquirer, Here
from cabinet.sandbox.pages import from_own_page
from cabinet.sandbox.rendering import Language, language, render
from cabinet.sandbox.store import moment

WEBHOOKS_SHOWN: Final = 30
_TONES: Final = {"waiting": "warn", "held": "warn", "delivered": "good", "lost": "bad", "given_up": "bad"}

router = APIRouter()
Spoken = Annotated[Language, Depends(language)]
Typed = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What was typed for a switch and cannot be."""

    name: str
    field: str
    times: str
    value: str
    words: str


@router.get("/")
def begin(spoken: Spoken) -> Response:
    """There is nothing to pay without a payment: show the switches."""
    return RedirectResponse(f"/switches{spoken.query}", status_code=303)


@router.get("/switches")
def show(request: Request, here: Here, spoken: Spoken) -> Response:
    """Show every switch and the latest webhooks."""
    return _page(request, here, spoken, None)


@router.post("/switches/turn", dependencies=[Depends(from_own_page)])
def turn(
    request: Request,
    here: Here,
    spoken: Spoken,
    name: Typed = "",
    times: Typed = "",
    value: Typed = "",
    off: Typed = "",
) -> Response:
    """Set one switch by the form, or show the form again with what is wrong."""
    switch = switches.BY_NAME.get(name)
    if switch is None:
        return RedirectResponse(f"/switches{spoken.query}", status_code=303)
    ranges = {"times": (times, 1, switches.TIMES_MAX)}
    if switch.unit:
        ranges["value"] = (value, 1, switch.most)
    for field, (typed, least, most) in ranges.items():
        if not off and not (typed.isascii() and typed.isdigit() and least <= int(typed[:12]) <= most):
            words = spoken.w["value_wrong"].format(least=least, most=most)
            return _page(request, here, spoken, Wrong(name, field, times[:12], value[:12], words))
    with here.store.transaction() as db:
        switches.turn(db, name, 0 if off else int(times), int(value) if switch.unit and not off else None)
    return RedirectResponse(f"/switches{spoken.query}#{name}", status_code=303)


def _page(request: Request, here: Acquirer, spoken: Language, wrong: Wrong | None) -> Response:
    with here.store.transaction() as db:
        found = switches.now_set(db)
        sent = outbox.latest(db, rows=WEBHOOKS_SHOWN)
    return render(
        request,
        "switches.html",
        spoken,
        status=422 if wrong else 200,
        settings=found,
        wrong=wrong,
        webhook_url=here.webhook_url,
        webhooks=[
            asdict(each)
            | {
                "created": _time(moment(each.created_ms), here.zone),
                "tone": _TONES[each.state],
                "state": spoken.w[f"state_{each.state}"],
                "attempts": [
                    {"at": _time(moment(at_ms), here.zone), "answer": str(status or error)}
                    for at_ms, status, error in each.attempts
                ],
            }
            for each in sent
        ],
    )


def _time(at: datetime, zone: str) -> str:
    return f"{clock.local(at, zone):%H:%M:%S}"
