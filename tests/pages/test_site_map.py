"""Every page of the site map stands: it has a route of its own, a title in every language, and a view."""

import pytest
import reflex as rx
from reflex_components_core.el.elements.forms import Form

from cabinet.kit import i18n
from cabinet.pages import PAGES, Page
from cabinet.state.guard import FIELDS_MAX


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.route)
def test_a_page_renders(page: Page):
    assert isinstance(page.view(), rx.Component)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.route)
def test_a_page_has_a_title_in_every_language(page: Page):
    assert all(page.title in i18n.catalogue(locale) for locale in i18n.LOCALES)


LOADERS = {
    "customer": {"customer"},
    "staff": {"staff"},
    "anyone": {"public"},
    "guest": {"public"},
    "staff_guest": {"public"},
    "staff_half": {"public"},
}
"""Who may call what a page of that audience loads: anything narrower would be refused to its own reader."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.route)
def test_what_a_page_loads_is_open_to_its_readers_only(page: Page):
    audiences = {loader.fn._cabinet_access.audience for loader in page.load}

    assert audiences <= LOADERS[page.audience]


def test_no_two_pages_share_a_route():
    assert len({page.route for page in PAGES}) == len(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.route)
def test_the_guard_lets_every_form_of_a_page_through(page: Page):
    """A field that has an id comes twice, by its name and by its id."""
    for form in forms(page.view()):
        named = sum(text.count('name:"') for text in map(str, form.children))

        assert named + len(form._get_form_refs()) <= FIELDS_MAX


def forms(component):
    if isinstance(component, Form):
        yield component
    for child in component.children:
        if isinstance(child, rx.Component):
            yield from forms(child)
