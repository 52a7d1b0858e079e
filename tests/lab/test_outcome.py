"""What comes out, between a page and a running lab: reports, examples, an example of one's own, a picture."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vitrail import load_dataset
from vitrail.experiment import catalogue
from vitrail.wire import messages as wire
from vitrail.wire import own_limits


def values(tensor):
    return np.frombuffer(tensor.data, dtype=np.dtype(tensor.dtype)).reshape(tensor.shape) * tensor.scale


def picture(pixels, form="PNG"):
    content = io.BytesIO()
    Image.fromarray(np.asarray(pixels, dtype=np.uint8)).save(content, form, lossless=True)
    return content.getvalue()


def test_a_report_comes_while_somebody_looks_and_again_when_the_training_moved(lab):
    with lab.browse("report") as page:
        page.idle(0)
        page.send(wire.Examine("test", separation=True))
        report = page.until(wire.Report)
        assert (report.part, report.kind, report.clock.updates) == ("test", "classes", 0)
        assert values(report.counts).sum() == 30
        labels, answers = values(report.labels), values(report.answers)
        assert report.scores["accuracy"] == pytest.approx((labels == answers).mean())
        separation = page.until(wire.Separation)
        assert (separation.count, [one.layer for one in separation.layers]) == (30, ["", "dense", "dropout", "dense_1"])
        page.send(wire.Step("batch"))
        assert page.until(wire.Report).clock.updates == 1
        page.send(wire.Examine(None, separation=False))
        page.send(wire.Step("batch"))
        page.idle(2)
        page.send(wire.Examine("train", separation=False))
        report = page.until(wire.Report)
        assert (report.part, report.clock.updates, report.labels.shape) == ("train", 2, [120])


def test_a_report_keeps_coming_while_the_training_plays(lab):
    with lab.browse("playing-report") as page:
        page.idle(0)
        page.send(wire.Examine("test", separation=False))
        page.until(wire.Report)
        page.send(wire.Play())
        page.idle(45)
        page.send(wire.Play())
        moments = [page.until(wire.Report).clock.updates for _ in range(2)]
        assert moments[0] < moments[1]
        page.send(wire.Pause())


def test_examples_are_given_as_the_source_has_them(lab):
    data = load_dataset("iris")
    with lab.browse("browse") as page:
        page.idle(0)
        page.send(wire.Browse("train", [100, 7]))
        samples = page.until(wire.Samples)
        assert (samples.part, samples.strip.indices) == ("train", [100, 7])
        np.testing.assert_allclose(values(samples.strip.values), data.x_train[[100, 7]], rtol=1e-6)
        assert samples.strip.labels == data.y_train[[100, 7]].tolist()
        page.send(wire.Browse("test", [30]))
        assert page.until(wire.Notice).key == "error.lab.example"


def test_an_example_of_ones_own_is_followed_forward_and_back_once_its_class_is_known(lab):
    data = load_dataset("iris")
    sample = data.x_test[4].tolist()
    with lab.browse("own-example") as page:
        page.idle(0)
        page.send(wire.Follow(4))
        known = page.until(wire.Look)
        page.send(wire.Try(sample, None))
        look = page.until(wire.Look)
        assert (look.index, look.label, look.loss) == (wire.OWN, None, None)
        assert [layer.delta for layer in look.layers] == [None, None, None]
        assert look.prediction == known.prediction
        np.testing.assert_allclose(values(look.sample)[0], sample, rtol=1e-6)
        page.send(wire.Try(sample, float(data.y_test[4])))
        look = page.until(wire.Look)
        assert (look.label, look.loss, look.layers) == (known.label, known.loss, known.layers)
        page.send(wire.Focus("dense", 2))
        assert page.until(wire.Explained).sample == wire.OWN


@pytest.mark.parametrize(
    ("message", "key"),
    [
        (wire.Try([1.0, 2.0], None), "error.lab.own_count"),
        (wire.Try([1.0, 2.0, 3.0, float("nan")], None), "error.lab.own_number"),
        (wire.Try([1.0, 2.0, 3.0, 4.0], 3.0), "error.lab.own_class"),
        (wire.Try([1.0, 2.0, 3.0, 4.0], 0.5), "error.lab.own_class"),
    ],
)
def test_an_example_that_does_not_fit_is_refused(lab, message, key):
    with lab.browse("own-refused") as page:
        page.idle(0)
        page.send(message)
        assert page.until(wire.Notice).key == key


@pytest.fixture(scope="module")
def digits(lab):
    experiment = catalogue.named("digits_mlp")
    assert lab.request("PUT", "/api/experiment?workspace=digits", content=experiment.to_json()).status_code == 204
    return "/api/picture?workspace=digits&name=a.png"


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_picture_becomes_an_example_in_the_range_of_the_data(lab, digits, form):
    pixels = np.zeros((8, 8), dtype=np.uint8)
    pixels[2, 3] = 255
    answer = lab.request("POST", digits, content=picture(pixels, form)).json()
    expected = np.zeros(64)
    expected[2 * 8 + 3] = 16.0
    np.testing.assert_allclose(answer["values"], expected, atol=1e-3)
    assert (answer["source"][:2], answer["resized"]) == ([8, 8], False)
    inverted = lab.request("POST", f"{digits}&invert=true", content=picture(pixels, form)).json()
    np.testing.assert_allclose(inverted["values"], 16.0 - expected, atol=1e-3)


def test_a_picture_is_centred_on_request(lab, digits):
    pixels = np.zeros((40, 20, 3), dtype=np.uint8)
    pixels[25:35, 12:16] = 255
    answer = lab.request("POST", f"{digits}&centre=true", content=picture(pixels)).json()
    seen = np.array(answer["values"]).reshape(8, 8)
    assert (answer["source"], answer["greyed"], answer["resized"]) == ([40, 20, 3], True, True)
    np.testing.assert_allclose(seen, seen[:, ::-1], atol=1e-3)
    np.testing.assert_allclose(seen, seen[::-1], atol=1e-3)
    assert seen[4, 4] > 12.0
    assert seen[0, 0] < 1.0


def test_what_is_no_picture_or_too_large_is_refused(lab, digits, monkeypatch):
    def refusal(content):
        answer = lab.request("POST", digits, content=content)
        return answer.status_code, answer.json()["key"], answer.json()["arguments"].get("file", "")

    assert refusal(b"noise") == (422, "error.data.image_kind", "a.png")
    assert refusal(picture(np.zeros((4, 4)), "BMP")) == (422, "error.data.image_kind", "a.png")
    noise = np.random.default_rng(0).integers(0, 256, (64, 64))
    assert refusal(picture(noise)[:900]) == (
        422,
        "error.data.image_damaged",
        "a.png",
    )
    assert refusal(b"x" * (own_limits.TRIED_BYTES + 1)) == (422, "error.lab.picture_large", "")
    monkeypatch.setattr(own_limits, "TRIED_PIXELS", 10)
    assert refusal(picture(np.zeros((4, 4)))) == (422, "error.data.image_large", "a.png")


def test_rows_take_no_picture(lab):
    answer = lab.request("POST", "/api/picture?workspace=rows", content=picture(np.zeros((4, 4))))
    assert (answer.status_code, answer.json()["key"]) == (422, "error.data.no_image")
