"""Rules of the house that no linter knows: each is a few lines over the syntax tree, with its reason and a bad example.

Exceptions are named one by one; a list of them may only get shorter.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
CODE: Final = {str(file.relative_to(ROOT)): file.read_text() for file in sorted((ROOT / "cabinet").rglob("*.py"))}

Rule = Callable[[str, ast.Module], Iterator[str]]

NO_ACTOR: Final = {
    "domain/base/": "tools of a deed, which has its actor",
    "domain/health.py": "figures that name nobody",
    "domain/ledger/verifying.py": "a proof over all accounts, run by whoever keeps the installation",
    "domain/phone.py": "the demonstration's phone shows everybody's messages to everybody",
    "domain/billing/invoices.py:lines_of": "of an invoice that was read by its owner",
    "domain/payments/states.py:locked": "the first line of a deed that has its actor",
    "domain/security/entry.py:texts": "anyone may read what he is asked to agree to",
    "domain/security/sessions.py": "finds out who the actor is",
    "domain/security/tokens.py:actor_of": "finds out who the actor is",
    "domain/staff.py:exists": "asked once, before there is anybody",
}
MONEY: Final = (
    "kit/money.py",
    "models/",
    "domain/",
    "integrations/",
    "sandbox/api.py",
    "sandbox/payments.py",
    "sandbox/refunds.py",
    "jobs/billing.py",
    "jobs/payments.py",
    "state/",
    "api/v1.py",
)
EDGES: Final = {
    "api/health.py": "a database that does not answer is what it tells about",
    "api/early.py": "the page works without its early figures, and says itself what is wrong",
    "db.py": "the connection must not be lost with the queue",
    "jobs/dispatch.py": "a reaction that failed must not take others with it",
    "jobs/engine.py": "the edge of every job",
    "operate/frontend.py": "the bundler ends with us, whatever ends us; what it was goes on",
    "operate/doctor.py": "the doctor reports what it finds",
    "sandbox/store.py": "the sandbox's one transaction",
    "state/live.py": "one tab's trouble is not another's",
}
LONGER_FILES: Final = {
    "domain/payments/ordering.py": 440,
}
WITHOUT_VERA: Final = {"test_docs.py": "the worked examples of the documents"}
HANDLER_STATEMENTS_MAX: Final = 15
FUNCTION_LINES_MAX: Final = 70
FILE_LINES_MAX: Final = 400


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def excepted(place: str, name: str, exceptions: dict[str, str]) -> bool:
    folders = tuple(each for each in exceptions if each.endswith("/"))
    return place in exceptions or f"{place}:{name}" in exceptions or place.startswith(folders)


def a_deed_knows_who_asks(place: str, tree: ast.Module) -> Iterator[str]:
    """A public function of the domain begins (session, actor, …) or takes no session: nobody is forgotten."""
    if not place.startswith("domain/"):
        return
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_") or excepted(place, node.name, NO_ACTOR):
            continue
        names = [argument.arg for argument in node.args.args]
        takes_session = {"session", "db"} & {*names, *(each.arg for each in node.args.kwonlyargs)}
        if takes_session and (names[0] not in ("session", "db") or names[1:2] != ["actor"]):
            yield f"{node.name}({', '.join(names)})"


def one_place_reads_the_clock(place: str, tree: ast.Module) -> Iterator[str]:
    """Below the edges `now` is an argument, so that a test can choose it and a deed has one moment."""
    if place == "kit/clock.py":
        return
    wrong = ("datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time")
    below = place.startswith(("domain/", "models/", "kit/", "reports/"))
    for line, name in calls(tree):
        if name.endswith(wrong) or (below and name == "clock.now"):
            yield f"{line}: {name}()"


def money_is_whole(place: str, tree: ast.Module) -> Iterator[str]:
    """No float and no true division anywhere near money: 0.1 + 0.2 is not 0.3."""
    if not place.startswith(MONEY):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "float":
            yield f"{node.lineno}: float"
        paths = isinstance(node, ast.BinOp) and any(
            isinstance(each, ast.Constant) and isinstance(each.value, str) for each in (node.left, node.right)
        )
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not paths and not _is_path(node):
            yield f"{node.lineno}: {ast.unparse(node)}"


def _is_path(node: ast.BinOp) -> bool:
    return "home" in ast.unparse(node) or "path" in ast.unparse(node).lower()


def one_place_commits(place: str, tree: ast.Module) -> Iterator[str]:
    """A deed that commits could leave half of the next one behind: `db.py` commits, migrations their own DDL."""
    if place in ("db.py", "operate/migrations.py"):
        return
    for line, name in calls(tree):
        if name.endswith((".commit", ".rollback")) and place.split("/", maxsplit=1)[0] != "sandbox":
            yield f"{line}: {name}()"


def a_handler_is_short_and_says_who_may_call_it(place: str, tree: ast.Module) -> Iterator[str]:
    """Every public method of a State is an endpoint: async, with one of the guard's decorators, parse → ask → show."""
    if not place.startswith("state/"):
        return
    for state in ast.walk(tree):
        if not isinstance(state, ast.ClassDef) or not any("State" in ast.unparse(base) for base in state.bases):
            continue
        for method in state.body:
            if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) or method.name.startswith("_"):
                continue
            guards = {ast.unparse(each).partition("(")[0] for each in method.decorator_list}
            if not guards & {"public", "customer", "staff"}:
                yield f"{method.lineno}: {method.name} has no guard"
            if isinstance(method, ast.FunctionDef):
                yield f"{method.lineno}: {method.name} would stop the event loop"
            if statements(method) > HANDLER_STATEMENTS_MAX:
                yield f"{method.lineno}: {method.name} has {statements(method)} statements"


def statements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the statements, without the docstring."""
    return sum(isinstance(node, ast.stmt) for each in function.body[1:] for node in ast.walk(each))


def nothing_is_too_long(place: str, tree: ast.Module) -> Iterator[str]:
    """A file of more than 400 lines becomes a package; a function of more than 70 becomes two."""
    for function in functions(tree):
        lines = (function.end_lineno or 0) - function.lineno + 1
        if lines > FUNCTION_LINES_MAX:
            yield f"{function.lineno}: {function.name} has {lines} lines"
    last = max((node.end_lineno or 0 for node in tree.body), default=0)
    if last > LONGER_FILES.get(place, FILE_LINES_MAX):
        yield f"{last} lines"


def only_edges_catch_everything(place: str, tree: ast.Module) -> Iterator[str]:
    """A bug that is caught in the middle is a bug that nobody hears of."""
    if place in EDGES:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and (
            node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
        ):
            yield f"{node.lineno}: except {ast.unparse(node.type) if node.type else ''}"


def imports_stand_at_the_top(place: str, tree: ast.Module) -> Iterator[str]:
    """An import inside a function hides a circle."""
    for function in functions(tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"{node.lineno}: {ast.unparse(node)}"


def a_page_never_acts_as_the_system(place: str, tree: ast.Module) -> Iterator[str]:
    """What a browser asks for is done by whoever sits before it, with his rights and no others."""
    if not place.startswith(("state/", "pages/", "widgets/", "api/")) or place == "api/webhooks.py":
        return
    for line, name in calls(tree):
        if name == "Actor.system":
            yield f"{line}: {name}()"


def nothing_is_evaluated_in_the_browser(place: str, tree: ast.Module) -> Iterator[str]:
    """The policy of the pages forbids `eval`; and what stands in the browser's storage a stranger may have written."""
    wrong = ("call_script", "rx.toast", "rx.redirect", "rx.download", "LocalStorage", "SessionStorage", "rx.Cookie")
    for line, name in calls(tree):
        if any(each in name for each in wrong):
            yield f"{line}: {name}()"


def nobody_prints(place: str, tree: ast.Module) -> Iterator[str]:
    """A line that goes past the log goes past what keeps secrets out of it; the command line speaks to a person,
    and what a program beside us says on its own is passed on."""
    if place in ("cli.py", "operate/beside.py"):
        return
    for line, name in calls(tree):
        if name in ("print", "sys.stdout.write", "sys.stderr.write", "pprint"):
            yield f"{line}: {name}()"


RULES: Final[tuple[Rule, ...]] = (
    a_deed_knows_who_asks,
    one_place_reads_the_clock,
    money_is_whole,
    one_place_commits,
    a_handler_is_short_and_says_who_may_call_it,
    nothing_is_too_long,
    only_edges_catch_everything,
    imports_stand_at_the_top,
    a_page_never_acts_as_the_system,
    nothing_is_evaluated_in_the_browser,
    nobody_prints,
)

STATE: Final = "class PayState(rx.State):\n"
BAD: Final = (
    (a_deed_knows_who_asks, "domain/payments.py", "def pay(session, amount): ..."),
    (a_deed_knows_who_asks, "domain/payments.py", "def pay(amount, session, actor): ..."),
    (a_deed_knows_who_asks, "domain/payments.py", "def pay(actor, *, session): ..."),
    (one_place_reads_the_clock, "state/pay.py", "when = datetime.now(UTC)"),
    (one_place_reads_the_clock, "api/v1.py", "today = date.today()"),
    (one_place_reads_the_clock, "jobs/billing.py", "started = time.time()"),
    (one_place_reads_the_clock, "domain/payments.py", "when = clock.now()"),
    (money_is_whole, "domain/billing.py", "fee: float = 0"),
    (money_is_whole, "domain/billing.py", "fee = float(amount)"),
    (money_is_whole, "kit/money.py", "half = self.minor / 2"),
    (one_place_commits, "domain/payments.py", "session.commit()"),
    (one_place_commits, "state/pay.py", "session.rollback()"),
    (
        a_handler_is_short_and_says_who_may_call_it,
        "state/pay.py",
        STATE + " async def pay(self): ...",
    ),
    (
        a_handler_is_short_and_says_who_may_call_it,
        "state/pay.py",
        STATE + " @rx.event\n async def pay(self): ...",
    ),
    (
        a_handler_is_short_and_says_who_may_call_it,
        "state/pay.py",
        STATE + " @customer\n def pay(self): ...",
    ),
    (
        a_handler_is_short_and_says_who_may_call_it,
        "state/pay.py",
        STATE + ' @customer(limit="money")\n async def pay(self):\n  """Pay."""\n' + "  x = 1\n" * 16,
    ),
    (nothing_is_too_long, "domain/pay.py", "def pay():\n" + " x = 1\n" * 70),
    (nothing_is_too_long, "domain/pay.py", "x = 1\n" * 401),
    (nothing_is_too_long, "domain/ledger/posting.py", "x = 1\n" * 413),
    (only_edges_catch_everything, "domain/pay.py", "try:\n x()\nexcept Exception:\n pass"),
    (only_edges_catch_everything, "state/pay.py", "try:\n x()\nexcept:\n pass"),
    (imports_stand_at_the_top, "domain/pay.py", "def pay():\n from cabinet.domain import ledger"),
    (a_page_never_acts_as_the_system, "state/pay.py", 'actor = Actor.system("pay")'),
    (nothing_is_evaluated_in_the_browser, "state/pay.py", 'rx.call_script("alert(1)")'),
    (nothing_is_evaluated_in_the_browser, "state/pay.py", 'theme: str = rx.LocalStorage("light")'),
    (nobody_prints, "domain/pay.py", 'print("here")'),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule):
    faults = [
        f"{file}: {fault}"
        for file, text in CODE.items()
        for fault in rule(file.removeprefix("cabinet/"), ast.parse(text))
    ]

    assert faults == [], rule.__doc__


@pytest.mark.parametrize(("rule", "place", "text"), BAD, ids=lambda part: getattr(part, "__name__", None))
def test_a_rule_sees_what_it_forbids(rule, place, text):
    assert list(rule(place, ast.parse(text)))


def test_every_rule_has_a_bad_example():
    assert {rule for rule, _, _ in BAD} == set(RULES)


def test_every_exception_is_still_needed():
    """An exception that nothing uses any more would hide the next fault."""
    files = {file.removeprefix("cabinet/") for file in CODE}
    named = [*NO_ACTOR, *EDGES, *LONGER_FILES]

    assert [each for each in named if not any(file.startswith(each.partition(":")[0]) for file in files)] == []
    for place, lines in LONGER_FILES.items():
        assert len(CODE[f"cabinet/{place}"].splitlines()) == lines, f"{place} got shorter: so may its exception"


def chosen_by_chance(tree: ast.Module) -> Iterator[str]:
    """Each worker of the tests reads the files anew: what stands in a name has to be the same for all of them."""
    chance = ("uuid4", "random", "secrets.", "clock.now", "datetime.now", "date.today", "token_hex")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.parametrize"):
            for line, name in calls(ast.Tuple([*node.args[1:], *(each.value for each in node.keywords)], ast.Load())):
                if any(each in name for each in chance):
                    yield f"{line}: {name}()"


def test_no_test_is_named_by_chance():
    bad = '@pytest.mark.parametrize("query", ["", f"draft={uuid4()}"])\ndef test_it(query): ...'
    files = sorted((ROOT / "tests").rglob("*.py"))

    assert [f"{file.name}: {fault}" for file in files for fault in chosen_by_chance(ast.parse(file.read_text()))] == []
    assert list(chosen_by_chance(ast.parse(bad)))


def test_every_domain_test_has_its_vera():
    """Whatever is Anna's does not exist for a stranger: no rule of the domain without the test that says so."""
    files = (ROOT / "tests/domain").glob("test_*.py")
    without = {file.name for file in files if "vera" not in file.read_text().lower()}

    assert without == set(WITHOUT_VERA)
