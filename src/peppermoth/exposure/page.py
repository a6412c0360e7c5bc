"""The report as one self-contained HTML file: no script, no request, nothing from outside.

The content security policy forbids everything but the one style sheet, by its hash.
Every string is escaped by the template; isolated strings become ``<bdi dir="ltr">``.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from peppermoth.exposure.captured import END, ISOLATE
from peppermoth.exposure.timeline import TIMELINE_UNITS
from peppermoth.exposure.view import View

if TYPE_CHECKING:
    from jinja2 import Template

_NOTHING_ELSE = ("base-uri 'none'", "form-action 'none'")
_PARTS = files(__package__) / "pages"


def render_page(view: View) -> str:
    """The whole page."""
    return fill_page(
        _PARTS, "report", view=view, say=view.language.say, timeline_units=TIMELINE_UNITS
    )


def fill_page(parts: Traversable, name: str, **values: object) -> str:
    """A page of its own style and policy from the template and style sheet ``name`` in a folder."""
    style = parts.joinpath(f"{name}.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = ("default-src 'none'", f"style-src 'sha256-{digest}'", *_NOTHING_ELSE)
    template = _template(parts.joinpath(f"{name}.html").read_text(encoding="utf-8"))
    sheet = Markup(style)  # noqa: S704 - our own file
    return template.render(style=sheet, policy="; ".join(policy), **values)


def isolate(text: str) -> Markup:
    """Escape ``text`` and mark its technical parts as running from left to right."""
    escaped = str(escape(text)).replace(ISOLATE, '<bdi dir="ltr">').replace(END, "</bdi>")
    return Markup(escaped)  # noqa: S704 - escaped above; captured text holds neither mark


@cache
def _template(text: str) -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["isolate"] = isolate
    return environment.from_string(text)
