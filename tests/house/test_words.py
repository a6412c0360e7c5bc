"""Every public name is documented, and some words do not belong in any file."""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Iterator

import pytest

from tests.house import PACKAGE, ROOT, SOURCES, dotted, parsed, tracked_files

Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def machine_vocabulary() -> set[str]:
    """The verbs that ``cloaks/machine.py`` documents once for every machine."""
    tree = parsed(PACKAGE / "cloaks" / "machine.py")
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


DOCUMENTED_ELSEWHERE = machine_vocabulary() | {
    name
    for protocol in (asyncio.Protocol, asyncio.BufferedProtocol, asyncio.DatagramProtocol)
    for name in vars(protocol) | vars(asyncio.BaseProtocol)
}
"""Methods whose meaning is the interface's: the machine's vocabulary, asyncio's callbacks."""


def undocumented(node: ast.Module | ast.ClassDef, prefix: str) -> Iterator[str]:
    """Public classes, functions and methods without a docstring."""
    for child in node.body:
        if not isinstance(child, Documented) or child.name.startswith("_"):
            continue
        name = f"{prefix}.{child.name}"
        inherited = isinstance(node, ast.ClassDef) and child.name in DOCUMENTED_ELSEWHERE
        if not (inherited or is_a_further_form(child) or ast.get_docstring(child)):
            yield name
        if isinstance(child, ast.ClassDef):
            yield from undocumented(child, name)


def is_a_further_form(node: Documented) -> bool:
    """A setter or overload: the documentation stands at the name's main form."""
    last_words = {ast.unparse(decorator).rsplit(".")[-1] for decorator in node.decorator_list}
    return bool(last_words & {"setter", "deleter", "overload"})


@pytest.mark.parametrize("path", SOURCES, ids=dotted)
def test_every_public_name_has_a_docstring(path):
    tree = parsed(path)
    assert ast.get_docstring(tree), "the module says what it is"
    assert not list(undocumented(tree, dotted(path)))


def test_a_missing_docstring_is_noticed():
    tree = ast.parse("class Moth:\n    'One.'\n    def fly(self): ...\n    def _rest(self): ...")
    assert list(undocumented(tree, "m")) == ["m.Moth.fly"]


# In pieces, so that this file passes its own test.
UNFINISHED = ["TO" + "DO", "FIX" + "ME", "X" * 3]
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("proxy", "golang", "org"),
        ("sum", "golang", "org"),
        ("crates", "io"),
        ("repo1", "maven", "org"),
        ("deb", "debian", "org"),
    )
]
FORBIDDEN = re.compile(r"\b(" + "|".join(map(re.escape, UNFINISHED + REGISTRY_HOSTS)) + r")\b")


def test_no_file_holds_unfinished_work_or_a_registry_address():
    found = []
    for path in tracked_files():
        data = path.read_bytes()
        text = "" if b"\0" in data else data.decode("utf-8", errors="replace")  # no pictures
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in FORBIDDEN.finditer(text)]
    assert not found


@pytest.mark.parametrize("word", [*UNFINISHED, f"https://{REGISTRY_HOSTS[0]}/"])
def test_a_forbidden_word_is_noticed(word):
    assert FORBIDDEN.search(f"# {word} later")
