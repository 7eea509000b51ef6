"""The front end is built when its sources have changed, and only a whole one is ever served."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cabinet.operate import frontend
from cabinet.settings import Settings
from tests.waiting import until

ENV_FILE = "var e={PING:`http://localhost:3000/ping`,EVENT:`ws://localhost:3000/_event`," + ",".join(
    f"{name}:`http://localhost:3000/{name}`" for name in ("UPLOAD", "AUTH_CODESPACE", "HEALTH", "ALL_ROUTES")
)
STATE_FILE = (
    "t.protocol=`https:`),t.port=``)),t};b.append(`A new version of this app is available.`);b.textContent=`Reload`"
)
MINIFIER = """
export const minifySync = (name, code) => code.includes("BROKEN")
  ? { code: "", errors: [{ message: "no script" }] }
  : { code: code.replace(/\\/\\*[^]*?\\*\\/ ?/g, ""), errors: [] };
"""
PAGE = "<html><head><script>let a = '<b>';</script><script src='/cabinet.js'></script></head><body><p>{}</p></body>"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of two files, with a workshop whose compressor has nothing to do and whose minifier drops comments."""
    (tmp_path / "cabinet/pages").mkdir(parents=True)
    (tmp_path / "cabinet/pages/home.py").write_text("first")
    (tmp_path / "cabinet/domain").mkdir()
    (tmp_path / "reflex.lock").mkdir()
    (tmp_path / "reflex.lock/package.json").write_text("{}")
    (tmp_path / ".web").mkdir()
    (tmp_path / ".web/compress-static.js").write_text("")
    rolldown = tmp_path / ".web/node_modules/rolldown"
    rolldown.mkdir(parents=True)
    (rolldown / "package.json").write_text('{"name": "rolldown", "exports": {"./utils": "./utils.mjs"}}')
    (rolldown / "utils.mjs").write_text(MINIFIER)
    return tmp_path


class Builder:
    """A builder that writes what Reflex writes, in no time."""

    def __init__(self) -> None:
        self.times = 0
        self.page = PAGE
        self.env_file = ENV_FILE
        self.socket = "/* why */ open();"

    def __call__(self, settings: Settings, say: frontend.Say, root: Path) -> None:
        self.times += 1
        client = root / ".web/build/client"
        (client / "assets").mkdir(parents=True, exist_ok=True)
        (client / "index.html").write_text(self.page.format((root / "cabinet/pages/home.py").read_text()))
        (client / "assets/reflex-env-x.js").write_text(self.env_file)
        (client / "assets/state-x.js").write_text(STATE_FILE)
        (client / "sw.js").write_text('const RELEASE = "development";')
        (client / "cabinet.js").write_text("/* what it is for */ alert(1);")
        (client / "socket.js").write_text(self.socket)
        (client / "offline.html").write_text('<html style="--brand-hue:212"><title>Меридиан</title>')
        (client / "manifest.webmanifest").write_text('{"name": "Меридиан", "short_name": "Меридиан"}')
        (root / ".web/backend").mkdir(exist_ok=True)
        (root / ".web/routes.json").write_text("[]")


@pytest.fixture
def builder() -> Builder:
    return Builder()


def ensure(root: Path, builder: frontend.Callable[..., None], **settings: object) -> frontend.Build:
    return frontend.ensure(Settings(**settings), say=lambda _: None, make=builder, root=root)


def test_the_second_start_builds_nothing(root, builder):
    first = ensure(root, builder)
    second = ensure(root, builder)

    assert builder.times == 1
    assert second == first
    assert (second.client / "index.html").read_text().startswith("<html>")


def test_a_changed_source_is_built_anew_and_another_file_is_not(root, builder):
    first = ensure(root, builder)
    (root / "cabinet/domain/ledger.py").write_text("a rule of money")
    assert ensure(root, builder) == first

    (root / "cabinet/pages/home.py").write_text("second")
    assert "second" in (ensure(root, builder).client / "index.html").read_text()
    assert builder.times == 2


def test_a_renamed_source_is_a_changed_source(root, builder):
    ensure(root, builder)
    (root / "cabinet/pages/home.py").rename(root / "cabinet/pages/house.py")

    assert frontend.ready(Settings(), root) is None


def test_going_back_to_the_former_sources_is_instant(root, builder):
    first = ensure(root, builder)
    (root / "cabinet/pages/home.py").write_text("second")
    ensure(root, builder)
    (root / "cabinet/pages/home.py").write_text("first")

    assert ensure(root, builder) == first
    assert builder.times == 2


def test_another_port_needs_no_build_and_another_company_does(root, builder):
    ensure(root, builder, port=3000)
    ensure(root, builder, port=3456)
    assert builder.times == 1

    other = ensure(root, builder, brand="A & B", brand_hue=30)
    assert builder.times == 2
    assert "A &amp; B" in (other.client / "offline.html").read_text()
    assert "--brand-hue:30" in (other.client / "offline.html").read_text()
    assert '"short_name": "A & B"' in (other.client / "manifest.webmanifest").read_text()


def test_the_pages_ask_the_host_that_they_came_from(root, builder):
    built = ensure(root, builder)
    address = (built.client / "assets/reflex-env-x.js").read_text()

    assert "localhost" not in address
    assert "EVENT:location.origin.replace(/^http/,`ws`)+`/_event`" in address
    assert "t.port=window.location.port" in (built.client / "assets/state-x.js").read_text()


def test_what_reflex_says_by_itself_is_said_in_the_language_of_the_page(root, builder):
    words = (ensure(root, builder).client / "assets/state-x.js").read_text()

    assert '"en": "A new version of the cabinet is out."})[document.documentElement.lang]' in words
    assert "`Reload`" not in words


def test_a_gzipped_twin_holds_its_file_and_is_smaller_than_gzip_makes_it(root, builder):
    builder.page = PAGE.replace("{}", "".join(f"<p>{n * n} рублей из {n}</p>" for n in range(2_000)) + "{}")

    def packed(settings: Settings, say: frontend.Say, root: Path) -> None:
        builder(settings, say, root)
        (root / ".web/build/client/index.html.gz").write_bytes(b"what Reflex packed")

    built = ensure(root, packed)

    page, twin = (built.client / "index.html").read_bytes(), (built.client / "index.html.gz").read_bytes()
    assert gzip.decompress(twin) == page
    assert len(twin) < len(gzip.compress(page, 9))


def test_scripts_of_our_own_are_served_without_what_is_for_their_readers(root, builder):
    built = ensure(root, builder)

    assert (built.client / "cabinet.js").read_text() == "alert(1);"
    assert (built.client / "socket.js").read_text() == "open();"


def test_a_script_that_cannot_be_read_ends_the_build(root, builder):
    builder.socket = "BROKEN"

    with pytest.raises(frontend.BuildFailed, match=r"socket\.js"):
        ensure(root, builder)


def test_each_release_names_the_cache_of_the_service_worker(root, builder):
    built = ensure(root, builder)

    assert f'RELEASE = "{built.directory.name}"' in (built.client / "sw.js").read_text()


def test_a_build_that_broke_off_is_never_found(root, builder):
    def half(settings, say, root):
        builder(settings, say, root)
        (root / ".web/routes.json").unlink()

    with pytest.raises(FileNotFoundError):
        ensure(root, half)

    assert frontend.ready(Settings(), root) is None
    assert ensure(root, builder).directory.is_dir()


def test_sources_that_change_while_they_are_built_are_built_again(root, builder):
    def edited(settings, say, root):
        builder(settings, say, root)
        (root / "cabinet/pages/home.py").write_text("edited meanwhile")

    with pytest.raises(frontend.BuildFailed, match="Start again"):
        ensure(root, edited)

    assert frontend.ready(Settings(), root) is None


def test_a_package_pinned_by_the_build_does_not_ask_for_another_build(root, builder):
    def pinning(settings, say, root):
        builder(settings, say, root)
        (root / "reflex.lock/package.json").write_text('{"new": "package"}')

    ensure(root, pinning)
    ensure(root, pinning)

    assert builder.times == 1


def test_a_reflex_that_builds_otherwise_is_refused(root, builder):
    builder.env_file = "var e={PING:`/ping`}"

    with pytest.raises(frontend.BuildFailed, match="builds otherwise"):
        ensure(root, builder)


def test_two_starts_at_once_build_once(root, builder):
    starts = [threading.Thread(target=ensure, args=(root, builder)) for _ in range(2)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()

    assert builder.times == 1


def test_a_build_whose_start_was_killed_is_waited_for(root, builder):
    """Else two bundlers would write into one workshop."""
    script = (
        "import subprocess, sys\n"
        "from pathlib import Path\n"
        "from cabinet.operate import frontend\n"
        "with frontend._alone(Path(sys.argv[1]), print):\n"
        "    bundler = [sys.executable, '-c', 'import sys; sys.stdin.read()']\n"
        "    with subprocess.Popen(bundler, close_fds=False, start_new_session=True):\n"
        "        pass\n"
    )
    said: list[str] = []
    told = {"say": said.append, "make": builder, "root": root}
    with subprocess.Popen([sys.executable, "-c", script, root], cwd=frontend.ROOT, stdin=subprocess.PIPE) as start:
        children = Path(f"/proc/{start.pid}/task/{start.pid}/children")
        until(lambda: start.poll() is not None or children.read_text(), seconds=60)
        start.kill()
        start.wait()
        second = threading.Thread(target=frontend.ensure, args=(Settings(),), kwargs=told)
        second.start()
        until(lambda: said, seconds=20)
        assert said[0] == "Another build is at work here. Waiting for it."
        assert builder.times == 0
    second.join()

    assert builder.times == 1


def test_only_the_last_builds_are_kept(root, builder):
    for number in range(5):
        (root / "cabinet/pages/home.py").write_text(str(number))
        ensure(root, builder)

    kept = [each for each in (root / ".frontend").iterdir() if each.is_dir()]
    assert len(kept) == frontend.BUILDS_KEPT


def test_the_policy_gets_a_hash_of_every_inline_script(root, builder):
    built = ensure(root, builder)

    assert built.script_hashes == ["'sha256-EQy6lbKMEDS5RtWNeoIz/0Mj5/rDTMdpO0ABzyh6HlI='"]


@pytest.mark.parametrize("hiccup", ["npm error code ECONNRESET", "Request failed for /: aborted due to timeout"])
def test_a_hiccup_is_forgiven_once(tmp_path, monkeypatch, hiccup):
    runs = iter([(1, hiccup), (0, "")])
    said: list[str] = []
    monkeypatch.setattr(frontend, "_run", lambda *_: next(runs))
    monkeypatch.setattr(frontend, "_registry", lambda: "http://packages.example")

    frontend.export(Settings(), said.append, tmp_path)

    assert any("once more" in words for words in said)


def test_a_build_that_fails_for_good_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / ".frontend").mkdir()
    (tmp_path / "reflex.lock").mkdir()
    pins = tmp_path / "reflex.lock/package.json"
    pins.write_text("{}")

    def broken(*_: object) -> tuple[int, str]:
        pins.write_text('{"half": "written')
        return 1, "npm error code ENOTFOUND"

    monkeypatch.setattr(frontend, "_run", broken)
    monkeypatch.setattr(frontend, "_registry", lambda: "http://packages.example")

    with pytest.raises(frontend.PackagesOutOfReach) as failed:
        frontend.export(Settings(), lambda _: None, tmp_path)

    assert "http://packages.example" in str(failed.value)
    assert "npm config set registry" in str(failed.value)
    assert (tmp_path / ".frontend/build.log").read_text() == "npm error code ENOTFOUND"
    assert pins.read_text() == "{}"


CERTIFICATE = """npm verbose stack FetchError: request failed
npm error code SELF_SIGNED_CERT_IN_CHAIN
npm error reason: self-signed certificate in certificate chain
npm silly unfinished npm timer reifyNode:node_modules/es-errors 1795687766257
"""


def test_a_certificate_that_is_not_known_is_told_as_that(root, monkeypatch):
    (root / frontend.BUILDS).mkdir(exist_ok=True)
    monkeypatch.setattr(frontend, "_run", lambda environment, say, root: (1, CERTIFICATE))

    with pytest.raises(frontend.PackagesOutOfReach, match="certificate that this machine does not know") as told:
        frontend.export(Settings(), print, root)

    assert "self-signed certificate in certificate chain" in str(told.value)
    assert "npm silly" not in str(told.value)


def test_the_certificates_of_the_system_are_good_for_packages_too(root, monkeypatch):
    seen = {}
    monkeypatch.setattr(frontend, "_run", lambda environment, say, root: (seen.update(environment) or 0, ""))
    monkeypatch.delenv("NODE_USE_SYSTEM_CA", raising=False)

    frontend.export(Settings(), print, root)

    assert seen["NODE_USE_SYSTEM_CA"] == "1"
