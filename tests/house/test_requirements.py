"""The lock files pin what ``pyproject.toml`` asks for, with hashes and without addresses."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import ROOT, SOURCES, dotted, imports, parsed

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
DEV = EXTRAS["dev"]
OPTIONAL = [text for name, texts in EXTRAS.items() if name != "dev" for text in texts]
BUILD = PROJECT["build-system"]["requires"]


def entries(name: str) -> list[str]:
    """A lock file's requirements, each with the hashes that belong to it."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return lines.splitlines()


def pinned(name: str) -> list[Requirement]:
    """A lock file's requirements, without their hashes."""
    return [Requirement(entry.split("--hash", 1)[0]) for entry in entries(name)]


def satisfies(lock: list[Requirement], wanted: Requirement) -> bool:
    """Whether the lock holds a version that is wanted."""
    return any(
        canonicalize_name(pin.name) == canonicalize_name(wanted.name)
        and all(wanted.specifier.contains(spec.version) for spec in pin.specifier)
        for pin in lock
    )


@pytest.mark.parametrize("name", ["build", "run", "dev"])
def test_every_pin_has_one_version_and_hashes_and_no_address(name):
    for entry in entries(name):
        assert re.match(r"\S+==[^\s*]+ ", entry)
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry)
        assert "://" not in entry


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("build", BUILD), ("run", RUN), ("dev", RUN), ("dev", DEV), ("dev", EXTRAS["lab"])],
)
def test_the_lock_has_what_the_project_asks_for(name, wanted):
    lock = pinned(name)
    missing = [text for text in wanted if not satisfies(lock, Requirement(text))]
    assert not missing, "run `make lock`"


def test_users_and_developers_run_the_same_versions():
    versions = {str(pin) for pin in pinned("dev")}
    assert {str(pin) for pin in pinned("run")} <= versions


@pytest.mark.parametrize("path", SOURCES, ids=dotted)
def test_the_package_imports_only_what_it_declares(path):
    """A library that comes along with another, or with the tools, may be gone tomorrow."""
    names = imports(parsed(path), dotted(path), is_package=path.name == "__init__.py")
    foreign = {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"peppermoth"}
    asked = RUN + (OPTIONAL if dotted(path).startswith("peppermoth.lab.") else [])
    declared = {canonicalize_name(Requirement(text).name) for text in asked}
    providers = packages_distributions()
    assert not {
        name
        for name in foreign  # what is not installed has the name of its distribution
        if not declared & {canonicalize_name(one) for one in providers.get(name, [name])}
    }
