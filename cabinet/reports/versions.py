"""A version of a product as a form: what is asked, what is filled in, what differs from the last one (3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal

from cabinet.domain import catalog
from cabinet.domain.catalog import Draft
from cabinet.kit import i18n
from cabinet.kit.errors import Invalid
from cabinet.kit.i18n import LOCALES, mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import Fact
from cabinet.models.catalog import UNLIMITED, Gives, ProductVersion, Unit

Kind = Literal["line", "text", "money", "number", "tick", "codes", "places", "segments", "choice", "counts", "prices"]
NUMBER_MAX: Final = 100_000
LINE_LENGTH_MAX: Final = 100
TEXT_LENGTH_MAX: Final = 4_000
LANGUAGES: Final = {"ru": mark("in Russian"), "en": mark("in English")}
SEGMENTS: Final = {
    "": mark("Everyone"),
    "person": mark("Persons"),
    "business": mark("Companies"),
}


GIVES: Final = {
    Gives.nothing: mark("nothing of that kind"),
    Gives.pool: mark("a code out of the store"),
    Gives.network: mark("what the network answers"),
}
UNITS: Final = {
    Unit.none: mark("it is no package"),
    Unit.gigabytes: mark("gigabytes"),
    Unit.minutes: mark("minutes"),
    Unit.messages: mark("messages"),
    Unit.home_gigabytes: mark("gigabytes of home internet"),
}
COUNTED: Final = {
    Unit.home_gigabytes: mark("home internet, GB"),
    Unit.gigabytes: mark("mobile internet, GB"),
    Unit.minutes: mark("calls, minutes"),
    Unit.messages: mark("text messages"),
}
UNLIMITED_TYPED: Final = ("-1", "−1")


class NumberWrong(Invalid):
    """A field that takes a whole number holds something else."""

    code = "catalog.number_wrong"


class TextTooLong(Invalid):
    code = "catalog.text_too_long"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that a version says. `name` is a field of `Draft`; texts are asked in each language."""

    name: str
    kind: Kind
    label: str
    hint: str = ""
    choices: Mapping[Any, str] = field(default_factory=dict)
    """For a choice: the words of each value."""


GROUPS: Final[tuple[tuple[str, tuple[Question, ...]], ...]] = (
    (
        mark("What it is"),
        (
            Question("title", "line", mark("Name")),
            Question("detail", "line", mark("In one line")),
            Question("terms", "text", mark("Terms")),
            Question("lost", "text", mark("What is lost without it")),
        ),
    ),
    (
        mark("Price"),
        (
            Question("price_minor", "money", mark("Price of a month")),
            Question("connection_minor", "money", mark("Price of connecting")),
        ),
    ),
    (
        mark("For whom and where"),
        (
            Question("segments", "segments", mark("Kind of customers")),
            Question("regions", "places", mark("Addresses"), mark("How they begin, one to a line. Empty: everywhere.")),
            Question("requires", "codes", mark("Needs one of"), mark("Codes of products, with a space between them.")),
            Question("excludes", "codes", mark("Cannot stand beside"), mark("Codes of products.")),
        ),
    ),
    (
        mark("Connecting and disconnecting"),
        (
            Question("minutes", "number", mark("Works within, minutes"), mark("0 is at once.")),
            Question("temporary_days_max", "number", mark("For a time, days at most"), mark("0 is never.")),
            Question("code_needed", "tick", mark("Asks for a code")),
            Question("visit_needed", "tick", mark("An engineer has to come")),
            Question("gives_back", "tick", mark("Days left are given back")),
        ),
    ),
    (
        mark("What it gives"),
        (
            Question("gives", "choice", mark("When it works, the owner is shown"), choices=GIVES),
            Question("trial_days", "number", mark("Days to try it for free"), mark("0 is no trial.")),
            Question("unit", "choice", mark("A package is counted in"), choices=UNITS),
            Question("amount", "number", mark("How many of them")),
            Question("valid_days", "number", mark("For how many days"), mark("0 is to the end of the period.")),
            Question("parts", "codes", mark("Parts of a bundle"), mark("Codes of products.")),
        ),
    ),
    (
        mark("What is included in a period"),
        (
            Question(
                "included",
                "counts",
                mark("Included"),
                mark("Empty: not counted. −1: without limit."),
                choices=COUNTED,
            ),
            Question("overage", "prices", mark("Price of one more"), mark("Empty: no more is sold."), choices=COUNTED),
            Question(
                "slowed_kbit",
                "number",
                mark("Used up, the internet goes on at, kbit/s"),
                mark("Where no more is sold. 0 is not at all."),
            ),
            Question("speed_mbit", "number", mark("Speed up to, Mbit/s"), mark("0 says nothing of it.")),
            Question("channels", "number", mark("TV channels")),
            Question("facts", "text", mark("For a comparison"), mark("On each line a name, a colon, what holds.")),
        ),
    ),
    (
        mark("Pauses"),
        (
            Question("suspension_days_min", "number", mark("Pause: days at least")),
            Question("suspension_days_max", "number", mark("Pause: days at most"), mark("0 is no pause at all.")),
            Question("suspension_days_year", "number", mark("Pause: days in a year")),
            Question("suspension_day_minor", "money", mark("Pause: price of a day")),
        ),
    ),
)
"""Everything that a version says, in the order of the form."""
QUESTIONS: Final = tuple(question for _, questions in GROUPS for question in questions)


NAMES: Final = (
    *(f"{each.name}_{language}" for each in QUESTIONS if each.kind in ("line", "text") for language in LOCALES),
    *(f"{each.name}_{unit}" for each in QUESTIONS if each.kind in ("counts", "prices") for unit in each.choices),
    *(each.name for each in QUESTIONS if each.kind not in ("line", "text", "counts", "prices")),
    "since",
    "until",
)
"""The fields of the form."""


def filled(version: ProductVersion | None, locale: str) -> dict[str, str]:
    """Return what the form shows at first: the version's own words, or an empty form."""
    draft = draft_of(version)
    shown: dict[str, str] = {}
    for question in QUESTIONS:
        value = getattr(draft, question.name)
        if question.kind in ("line", "text"):
            shown |= {f"{question.name}_{language}": (value or {}).get(language, "") for language in LOCALES}
        elif question.kind in ("counts", "prices"):
            for unit in question.choices:
                known = unit in value
                shown[f"{question.name}_{unit}"] = _typed(question.kind, value[unit], locale) if known else ""
        elif question.kind == "tick":
            shown[question.name] = "on" if value else ""
        else:
            shown[question.name] = _typed(question.kind, value, locale)
    return shown


def read(form: Mapping[str, str], base: Draft, locale: str) -> Draft:
    """Read what was typed; what the form does not ask stays as in `base`."""
    return replace(base, **{question.name: _value(question, form, locale) for question in QUESTIONS})


def draft_of(version: ProductVersion | None) -> Draft:
    """Return the draft that the version was; an empty one without it."""
    if version is None:
        return Draft(title={})
    return Draft(**{field.name: getattr(version, field.name) for field in fields(Draft)})


def differences(old: Draft, new: Draft, locale: str) -> list[Fact]:
    """Return what the new one says otherwise, «было → стало»."""
    found = []
    for question in QUESTIONS:
        was, will = getattr(old, question.name), getattr(new, question.name)
        if question.kind in ("line", "text"):
            for language in LOCALES:
                before, after = (was or {}).get(language, ""), (will or {}).get(language, "")
                if before != after:
                    found.append(Fact(_label(question, locale, language), _arrow(before, after, locale)))
        elif question.kind in ("counts", "prices"):
            found += [
                Fact(_label_unit(question, locale, unit), _arrow(_counted(question, was, unit, locale), after, locale))
                for unit in question.choices
                if _counted(question, was, unit, locale) != (after := _counted(question, will, unit, locale))
            ]
        elif (list(was) != list(will)) if _many(question) else was != will:
            before, after = (_said(question, each, locale) for each in (was, will))
            found.append(Fact(i18n.text(locale, question.label), _arrow(before, after, locale)))
    return found


def said(version: ProductVersion, locale: str) -> list[Fact]:
    """Return what the version says, without what it leaves as it always is."""
    draft, plain = draft_of(version), Draft(title={})
    found = []
    for question in QUESTIONS:
        value = getattr(draft, question.name)
        if question.kind in ("line", "text"):
            if value and question.name != "title":
                found.append(Fact(i18n.text(locale, question.label), i18n.localized(value, locale)))
        elif question.kind in ("counts", "prices"):
            found += [
                Fact(_label_unit(question, locale, unit), _counted(question, value, unit, locale))
                for unit in question.choices
                if unit in value
            ]
        elif question.name == "price_minor" or (value if not _many(question) else tuple(value)) != getattr(
            plain, question.name
        ):
            found.append(Fact(i18n.text(locale, question.label), _said(question, value, locale)))
    return found


def _many(question: Question) -> bool:
    return question.kind in ("codes", "places", "segments")


def _label(question: Question, locale: str, language: str) -> str:
    return f"{i18n.text(locale, question.label)}, {i18n.text(locale, LANGUAGES[language])}"


def _label_unit(question: Question, locale: str, unit: Any) -> str:
    return f"{i18n.text(locale, question.label)}: {i18n.text(locale, question.choices[unit])}"


def _counted(question: Question, value: Mapping[str, int], unit: Any, locale: str) -> str:
    """Say how many of a unit, or what one costs; nothing for a unit that is not named."""
    if unit not in value:
        return ""
    if question.kind == "prices":
        return str(i18n.money_text(Money(value[unit]), locale))
    return i18n.text(locale, "without limit") if value[unit] == UNLIMITED else i18n.number(value[unit], locale)


def _arrow(before: str, after: str, locale: str) -> str:
    nothing = i18n.text(locale, "nothing")
    return f"{before or nothing} → {after or nothing}"


def _typed(kind: Kind, value: Any, locale: str) -> str:
    if kind in ("money", "prices"):
        return str(Money(value).decimal).replace(".", "," if locale == "ru" else ".")
    if kind in ("number", "choice", "counts"):
        return str(value)
    return ("\n" if kind == "places" else " ").join(value)


def _said(question: Question, value: Any, locale: str) -> str:
    kind = question.kind
    if kind == "money":
        return str(i18n.money_text(Money(value), locale))
    if kind == "tick":
        return i18n.text(locale, "yes") if value else i18n.text(locale, "no")
    if question.choices:
        return i18n.text(locale, question.choices[value])
    if kind == "segments":
        return ", ".join(i18n.text(locale, SEGMENTS[each]) for each in value or ("",))
    if kind == "places":
        return ", ".join(value) or i18n.text(locale, "everywhere")
    return i18n.number(value, locale) if kind == "number" else ", ".join(value)


def _number(typed: str, label: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and len(typed) < len(str(NUMBER_MAX))):
        raise NumberWrong(field=label)
    return int(typed)


def _one(question: Question, unit: Any, typed: str, locale: str) -> int:
    """Read how many of a unit are included, or what one more costs."""
    if question.kind == "prices":
        return Money.parse(i18n.typed_amount(typed, locale)).minor
    return UNLIMITED if typed in UNLIMITED_TYPED else _number(typed, _label_unit(question, locale, unit))


def _value(question: Question, form: Mapping[str, str], locale: str) -> Any:
    kind, typed = question.kind, form.get(question.name, "").strip()
    if kind in ("line", "text"):
        words = {language: form.get(f"{question.name}_{language}", "").strip() for language in LOCALES}
        most = LINE_LENGTH_MAX if kind == "line" else TEXT_LENGTH_MAX
        if max(map(len, words.values())) > most:
            raise TextTooLong(field=i18n.text(locale, question.label), most=most)
        return {language: said for language, said in words.items() if said}
    if kind == "money":
        return Money.parse(i18n.typed_amount(typed or "0", locale)).minor
    if kind in ("counts", "prices"):
        each = {unit: form.get(f"{question.name}_{unit}", "").strip() for unit in question.choices}
        return {str(unit): _one(question, unit, said, locale) for unit, said in each.items() if said}
    if kind == "number":
        return _number(typed or "0", i18n.text(locale, question.label))
    if kind == "tick":
        return bool(typed)
    if kind == "choice":
        known = {str(value): value for value in question.choices}
        return known.get(typed, next(iter(question.choices)))
    if kind == "segments":
        return [typed] if typed in catalog.SEGMENTS else []
    return [each.strip() for each in (typed.splitlines() if kind == "places" else typed.split()) if each.strip()]
