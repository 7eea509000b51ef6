"""Texts compile into the page in every language; only what differs asks for the locale."""

import reflex as rx

from cabinet.components.text import given, shown_if, t, tn


def test_both_languages_are_compiled_into_the_page():
    written = str(t("Close"))

    assert "Close" in written
    assert "\\u0417\\u0430\\u043a\\u0440\\u044b\\u0442\\u044c" in written or "Закрыть" in written


def test_slots_are_filled_in_the_browser_from_vars():
    written = str(t("Tries left: {n}", n=rx.Var("state.tries", _var_type=int)))

    assert "state.tries" in written
    assert "Intl.NumberFormat" in written


def test_the_plural_form_is_chosen_in_the_browser():
    written = str(tn("{n} day", "{n} days", rx.Var("state.days", _var_type=int)))

    assert "Intl.PluralRules" in written
    assert all(f'"{form}"' in written for form in ("one", "few", "many", "other"))


def test_words_that_are_not_there_leave_no_element():
    element = rx.el.p("soft")

    assert shown_if("words", element) is element
    assert shown_if("", element) is not element
    assert shown_if(t("Close"), element) is element
    assert shown_if(rx.Var("state.soft", _var_type=str), element) is not element


def test_a_var_counts_as_given():
    assert given(t("Close"))
    assert given("words")
    assert not given("")
