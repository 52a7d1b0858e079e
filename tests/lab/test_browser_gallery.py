"""The screens look as they did when the gallery was taken: places and colours, not letters."""

import io
import os

import pytest
from docs.images import gallery
from PIL import Image

pytestmark = pytest.mark.browser


@pytest.mark.skipif(
    bool(os.environ.get("XLA_FLAGS")), reason="programs compiled otherwise round otherwise, and the pictures show it"
)
def test_every_screen_looks_like_its_picture_in_the_gallery(browser, address):
    page = browser.new_page(viewport=gallery.WINDOW, reduced_motion="reduce", color_scheme="light", locale="en-GB")
    found = {
        name: round(gallery.difference(Image.open(io.BytesIO(content)), gallery.kept(name)), 1)
        for name, content in gallery.screens(page, address)
    }
    page.close()
    assert sorted(found) == sorted(path.stem for path in gallery.HERE.glob("*.webp"))
    changed = {name: difference for name, difference in found.items() if difference > gallery.MOST}
    assert changed == {}, "looked at and meant? then take them again: PYTHONPATH=src:. python docs/images/gallery.py"


def test_another_screen_is_told_apart():
    names = sorted(path.stem for path in gallery.HERE.glob("*.webp"))
    assert [
        (one, other)
        for one in names
        for other in names
        if one < other and gallery.difference(gallery.kept(one), gallery.kept(other)) <= gallery.MOST
    ] == []
