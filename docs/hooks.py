"""What MkDocs does beside its plugins: notebooks as pages, formulas as MathML, and a page's own language around it."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latex2mathml.converter import convert
from mkdocs.structure.files import File, Files

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page

NOTEBOOKS = Path(__file__).parents[1] / "examples" / "notebooks"
LANGUAGES = {"en": "English", "fr": "Français"}
FORMULA = re.compile(r'<(span|div) class="arithmatex">\s*(?:\\\((.*?)\\\)|\\\[(.*?)\\\])\s*</\1>', re.DOTALL)

twins: dict[str, dict[str, str]] = {}
"""Of each page, by its address: where its like is in each language."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Each notebook becomes a page to read and a file to open."""
    for path in sorted(NOTEBOOKS.glob("*/*.ipynb")):
        place = f"notebooks/{path.relative_to(NOTEBOOKS).as_posix()}"
        files.append(File.generated(config, place, abs_src_path=str(path)))
        files.append(File.generated(config, place.replace(".ipynb", ".md"), content=_as_markdown(path)))
    return files


def _as_markdown(path: Path) -> str:
    """The text and the code of a notebook, without outputs."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells]
    parts = [
        text if cell["cell_type"] == "markdown" else f"```python\n{text}\n```"
        for cell, text in zip(cells, texts, strict=True)
    ]
    return "\n\n".join([parts[0], f"[{path.name}]({path.name})", *parts[1:]])


def on_page_markdown(markdown: str, **_: Any) -> str:  # noqa: ANN401
    """In the clone a page links to a notebook in `examples/`, on the site to the page made of it."""
    return re.sub(r"\]\(\.\./\.\./examples/(notebooks/[\w/-]+)\.ipynb\)", r"](../\1.md)", markdown)


def on_page_content(content: str, **_: Any) -> str:  # noqa: ANN401
    """Formulas become MathML, which browsers draw without a script."""
    return FORMULA.sub(_formula, content)


def _formula(found: re.Match[str]) -> str:
    inline, block = found.group(2, 3)
    return convert(html.unescape(inline or block).strip(), display="inline" if inline else "block")


def on_nav(nav: Navigation, **_: Any) -> None:  # noqa: ANN401
    """A page and its like in another language stand at the same place of the two menus."""
    menus = {section.title: [page.file.url for page in _pages(section)] for section in nav.items if section.children}
    for urls in zip(*(menus[title] for title in LANGUAGES.values()), strict=True):
        for url in urls:
            twins[url] = dict(zip(LANGUAGES, urls, strict=True))


def _pages(item: Any) -> list[Page]:  # noqa: ANN401 - a section, a page or a link
    return [page for child in item.children for page in _pages(child)] if item.children else [item]


def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, **_: Any) -> dict[str, Any]:  # noqa: ANN401
    """The menus speak the page's language, and the language switch leads to the page's like."""
    language = next((part for part in page.file.src_uri.split("/") if part in LANGUAGES), "en")
    config.theme["language"] = language
    for choice in config.extra["alternate"]:
        choice["link"] = twins.get(page.file.url, {}).get(choice["lang"], f"{choice['lang']}/index.html")
    return context
