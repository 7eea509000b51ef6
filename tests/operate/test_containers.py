"""The container files name commands, settings and files that there are. Whether they run, only a Docker can tell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from cabinet import cli
from cabinet.settings import ROOT, Settings

COMMANDS = set(get_command(cli.app).commands)
ALIASES = {"DATABASE_URL", "REDIS_URL"}
SETTINGS = {f"CABINET_{name.upper()}" for name in Settings.model_fields} | ALIASES | {"CABINET_ENV_FILE"}
OURS = ("migrate", "web", "worker")
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "compose.yaml").read_text()


@pytest.fixture(scope="module")
def composed():
    return yaml.safe_load(COMPOSE)


def test_each_program_of_ours_is_a_command(composed):
    for name in OURS:
        (command,) = composed["services"][name]["command"]
        assert command in COMMANDS
    assert re.findall(r"python -m cabinet (\w+)", DOCKERFILE) == ["build"]
    assert re.search(r'CMD \["(\w+)"\]', DOCKERFILE)[1] in COMMANDS
    assert set(re.findall(r"docker compose run --rm web (\w+)", COMPOSE)) <= COMMANDS


def test_each_setting_exists(composed):
    named = set(re.findall(r"\b(?:CABINET_\w+|DATABASE_URL|REDIS_URL)\b", DOCKERFILE + COMPOSE))

    assert named <= SETTINGS
    for name in OURS:
        assert set(composed["services"][name]["environment"]) <= SETTINGS


def test_all_of_them_share_one_database_one_redis_and_the_keys(composed):
    ours = [composed["services"][name] for name in OURS]

    assert all(service["environment"] == ours[0]["environment"] for service in ours)
    assert all(service["volumes"] == ["data:/data"] for service in ours)
    assert ours[0]["environment"]["DATABASE_URL"].startswith("postgresql+psycopg://cabinet:")
    assert ours[0]["environment"]["REDIS_URL"] == "redis://redis:6379/0"


def test_only_the_proxy_is_open_to_the_world(composed):
    assert {name for name, service in composed["services"].items() if "ports" in service} == {"proxy"}


def test_what_depends_on_something_finds_it(composed):
    services = composed["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in composed["volumes"]


def test_images_are_named_without_a_host(composed):
    images = [service["image"] for service in composed["services"].values()]

    assert not [image for image in images if "/" in image or "." in image.partition(":")[0]]
    assert re.findall(r"^FROM (\S+)$", DOCKERFILE, re.MULTILINE) == ["python:3.12-slim"]


def test_what_is_copied_is_there_and_what_is_private_is_not():
    for source in re.findall(r"^COPY (\S+) ", DOCKERFILE, re.MULTILINE):
        assert (ROOT / source).exists()
    ignored = Path(ROOT / ".dockerignore").read_text().split()
    assert {".env", "var", ".git", "*.db*"} <= set(ignored)


def test_nobody_in_the_container_is_root():
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE) == ["cabinet"]
