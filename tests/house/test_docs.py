"""Links between our documents lead somewhere."""

from __future__ import annotations

import re

import pytest

from tests.house import ROOT, tracked_files

DOCUMENTS = [path for path in tracked_files() if path.suffix == ".md"]
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#[^)]*)?\)")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_somewhere(path):
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (path.parent / target).exists()]


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("[a](docs/a.md) and [b](b.md#part)", ["docs/a.md", "b.md"]),
        ("[web](https://moth.example/a.md), [here](#part)", [""]),
    ],
)
def test_links_are_told_from_addresses(text, targets):
    assert LINK.findall(text) == targets
