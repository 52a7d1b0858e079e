"""Sounds of one's own in the lab: read as the Python loader reads them, heard, and tried one by one."""

import io
import wave
import zipfile

import keras
import numpy as np
import pytest

from vitrail.data import load_dataset
from vitrail.experiment import Experiment
from vitrail.lab import hearing
from vitrail.wire import messages as wire

RATE = 8000


def tone(frequency, seconds=0.1, rate=RATE):
    out = io.BytesIO()
    samples = 0.5 * np.sin(2 * np.pi * frequency * np.arange(int(seconds * rate)) / rate)
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return out.getvalue()


def packed(seconds=0.1, rate=RATE):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, frequency in (("high", 2000), ("low", 500)):
            for place in range(5):
                archive.writestr(f"tones/{name}/{place}.wav", tone(frequency + 20 * place, seconds, rate))
    return out.getvalue()


def give(lab, workspace, content):
    return lab.request("PUT", f"/api/data?workspace={workspace}&name=tones.zip", content=content)


@pytest.mark.parametrize("form", ["waveform", "spectrogram"])
def test_sounds_are_read_heard_and_tried_as_without_the_lab(lab, tmp_path, form):
    workspace = f"sounds-{form}"
    with lab.browse(workspace) as page:
        page.until(wire.Workspace)
        answer = give(lab, workspace, packed())
        assert answer.status_code == 200, answer.text
        card = page.until(wire.Workspace)
        if form == "spectrogram":
            draft = lab.request("GET", f"/api/experiment?format=json&workspace={workspace}").json()
            draft["data"]["options"] = {"form": form}
            lab.request("PUT", f"/api/experiment?keep=true&adapt=true&workspace={workspace}", json=draft)
            card = page.until(wire.Workspace)
        page.send(wire.Step("batch"))
        page.idle(1)
        tried = lab.request("POST", f"/api/sound?workspace={workspace}&name=a.wav", content=tone(2000, 0.05)).json()
        page.send(wire.Try(tried["values"], None))
        look = page.until(wire.Look, index=wire.OWN)
    heard = lab.request("GET", f"/api/sound?workspace={workspace}&index=1").json()
    model = tmp_path / "model.keras"
    model.write_bytes(lab.request("GET", f"/api/model?workspace={workspace}").content)
    (tmp_path / "data.zip").write_bytes(lab.request("GET", f"/api/data?workspace={workspace}").content)
    experiment = Experiment.from_json(lab.request("GET", f"/api/experiment?format=json&workspace={workspace}").text)
    data = load_dataset(str(tmp_path / "data.zip"), **dict(experiment.data.options))

    files = card.files
    assert (files.form, files.rate, files.moments, files.padded, files.resampled) == (form, RATE, 800, 0, 0)
    assert [(one.name, one.train, one.test) for one in files.classes] == [("high", 4, 1), ("low", 4, 1)]
    assert card.dataset.sample_shape == list(data.sample_shape) == ([800, 1] if form == "waveform" else [5, 129])
    assert experiment.data.scale == (1.0 if form == "waveform" else 100.0)

    (tmp_path / "a.wav").write_bytes(tone(2000, 0.05))
    x = data.form.apply(tmp_path / "a.wav")
    np.testing.assert_allclose(tried["values"], x.reshape(-1), rtol=1e-6)
    assert (tried["rate"], tried["seconds"], tried["channels"]) == (RATE, 0.05, 1)
    prediction = keras.saving.load_model(model).predict(x / experiment.data.scale, verbose=0)
    np.testing.assert_allclose(look.prediction, prediction[0], rtol=1e-4)

    spectra = load_dataset(str(tmp_path / "data.zip"), form="spectrogram")
    assert heard["name"] == data.source.test[1].relative_to(tmp_path / "data.zip").as_posix()
    np.testing.assert_allclose(heard["decibels"], spectra.x_test[1].reshape(-1).round(1), atol=0.051)
    assert (heard["frames"], heard["frequencies"], heard["top"], heard["seconds"]) == (5, 129, 4000.0, 0.1)
    assert 0.49 < max(heard["high"]) <= 0.5


def test_long_sounds_get_a_lower_rate_and_are_cut_and_it_is_said(lab):
    with lab.browse("long") as page:
        page.until(wire.Workspace)
        assert give(lab, "long", packed(3.0, 16_000)).status_code == 200
        files = page.until(wire.Workspace).files
    assert (files.rate, files.moments, files.resampled, files.cut) == (8000, 16_000, 10, 10)


def test_waveforms_and_spectrograms_are_drawn_within_bounds():
    low, high = hearing._strokes(np.arange(1000.0))
    assert (len(low), low[0], high[0], high[-1]) == (200, 0.0, 4.0, 999.0)
    power, together = hearing._columns(np.arange(450.0)[:, None])
    assert (power.shape, together, power[0, 0], power[-1, 0]) == ((150, 1), 3, 2.0, 449.0)


def test_what_is_no_sound_is_one_error(lab):
    refused = lab.request("GET", "/api/sound?workspace=silent&index=0")
    assert (refused.status_code, refused.json()["key"]) == (422, "error.lab.no_sounds")
    give(lab, "silent", packed())
    broken = lab.request("POST", "/api/sound?workspace=silent&name=a.wav", content=tone(500)[:-10])
    assert (broken.json()["key"], broken.json()["arguments"]["file"]) == ("error.data.wav_length", "a.wav")
    assert lab.request("GET", "/api/sound?workspace=silent&index=999").json()["key"] == "error.lab.example"
