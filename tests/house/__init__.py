"""Tests that hold the house together: walls, words, sizes, help, and a test for each file."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "peppermoth"
SOURCES = sorted(PACKAGE.rglob("*.py"))


def dotted(path: Path) -> str:
    """A source file's module name, as ``peppermoth.wire.socks``."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def parsed(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(tree: ast.Module, module: str, *, is_package: bool) -> Iterator[str]:
    """Every module that is imported anywhere in the tree; relative ones made absolute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                climb = node.level - is_package
                here = module.split(".")
                base = ".".join([*here[: len(here) - climb], *filter(None, [base])])
            # `from peppermoth import wire` and `from dns import query` import the names.
            yield from (f"{base}.{alias.name}" for alias in node.names)


@functools.cache
def tracked_files() -> tuple[Path, ...]:
    """What is or may be committed: all that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())
