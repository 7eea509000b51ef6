"""The words on the screen. Every language is compiled into the page; the tab's locale chooses among them there."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars.base import LiteralVar

from cabinet.kit import i18n
from cabinet.state.locale import LocaleState

Text = str | rx.Var[str]
"""What a component takes for words: ready text, or a Var."""

_FILL: Any = rx.vars.FunctionStringVar.create(
    "((text,values,locale)=>text.replace(/\\{(\\w+)\\}/g,(slot,name)=>{const value=values[name];"
    'return typeof value==="number"?new Intl.NumberFormat(locale).format(value):value??slot}))'
)
_FORM: Any = rx.vars.FunctionStringVar.create(
    "((forms,count,locale)=>forms[new Intl.PluralRules(locale).select(count)]??forms.other)"
)


def t(message: str, /, **values: object) -> rx.Var[str]:
    """Return the message in the tab's language; `values`, plain or Vars, fill its `{slots}`."""
    texts = {locale: i18n.text(locale, message) for locale in i18n.LOCALES}
    return _filled(_chosen(texts), values)


def tn(one: str, many: str, count: rx.Var[int] | int, /, **values: object) -> rx.Var[str]:
    """Return the plural form that the count needs in the tab's language; the count fills the slot `{n}`."""
    forms = {locale: i18n.forms(locale, one, many) for locale in i18n.LOCALES}
    form = _FORM.call(_chosen(forms), count, LocaleState.code).to(str)
    return _filled(form, {"n": count, **values})


def language_mark() -> rx.Component:
    """Tell assets/cabinet.js the language of the page, for the `lang` of its root."""
    return rx.el.span(hidden=True, custom_attrs={"data-lang": LocaleState.code})


def given(text: object) -> bool:
    """Tell whether the caller gave a text at all. A Var counts as given: only the browser knows what is in it."""
    return isinstance(text, rx.Var) or bool(text)


def shown_if(text: Text, element: rx.Component) -> rx.Component:
    """Show the element only when there is a text: decided here for ready words, in the browser for a state's Var."""
    if isinstance(text, rx.Component):
        return element
    if isinstance(text, str):
        return element if text else rx.fragment()
    of_state = getattr(text._get_all_var_data(), "state", "")
    from_catalogue = isinstance(text, LiteralVar) or of_state == LocaleState.get_full_name()
    return element if from_catalogue else rx.cond(text != "", element, rx.fragment())


def _chosen(by_locale: dict) -> rx.Var:
    texts = list(by_locale.values())
    if all(text == texts[0] for text in texts):
        return rx.Var.create(texts[0])
    return rx.Var.create(by_locale)[LocaleState.code].to(type(texts[0]))


def _filled(text: rx.Var, values: dict[str, object]) -> rx.Var[str]:
    if not values:
        return text.to(str)
    return _FILL.call(text, rx.Var.create(values), LocaleState.code).to(str)
