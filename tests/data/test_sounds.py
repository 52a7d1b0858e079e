"""Sounds: every usual kind of WAV, waveforms and spectrograms, folders of classes; strict and said."""

import io
import json
import struct
import wave

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.io import wavfile

from vitrail import load_dataset
from vitrail.data import fitted, sound_form, wav
from vitrail.errors import DataError, VitrailError

RATE = 8000


def tone(frequency=500, moments=400, channels=1, rate=RATE):
    samples = 0.5 * np.sin(2 * np.pi * frequency * np.arange(moments) / rate)
    return np.repeat(samples[:, None], channels, axis=1)


def save(path, samples, *, rate=RATE, kind="<i2"):
    """Written by SciPy, or by Python's own module where SciPy has no such kind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "24":
        with wave.open(str(path), "wb") as file:
            file.setnchannels(samples.shape[1])
            file.setsampwidth(3)
            file.setframerate(rate)
            whole = np.round(samples * 2**23).astype("<i4").ravel()
            file.writeframes(b"".join(int(value).to_bytes(3, "little", signed=True) for value in whole))
        return path
    if kind == "u1":
        values = np.round(samples * 128 + 128).astype(np.uint8)
    else:
        scale = 1 if kind[1] == "f" else 2 ** (8 * int(kind[2]) - 1)
        values = (samples * scale if scale == 1 else np.round(samples * scale)).astype(kind)
    wavfile.write(path, rate, values)
    return path


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(("kind", "bits"), [("u1", 8), ("<i2", 16), ("24", 24), ("<i4", 32), ("<f4", 24), ("<f8", 24)])
def test_every_kind_becomes_minus_one_to_one(tmp_path, kind, bits, channels):
    samples = tone(channels=channels) * np.linspace(-1, 1, channels + 1)[1:]
    read = wav.read(save(tmp_path / "a.wav", samples, kind=kind))
    assert (read.rate, read.clipped, read.samples.shape, read.samples.dtype) == (RATE, 0, samples.shape, np.float32)
    assert np.abs(read.samples - samples).max() <= 0.5**bits + 1e-7


def test_the_ends_of_the_scale(tmp_path):
    ends = np.array([[-(2**15)], [0], [2**15 - 1]], np.int16)
    wavfile.write(tmp_path / "a.wav", RATE, ends)
    assert wav.read(tmp_path / "a.wav").samples.ravel().tolist() == [-1.0, 0.0, 32767 / 32768]


def content(samples=None):
    file = io.BytesIO()
    wavfile.write(file, RATE, np.zeros(10, np.int16) if samples is None else samples)
    return file.getvalue()


@given(st.integers(0, len(content()) - 1))
def test_a_file_cut_at_any_byte_is_refused(tmp_path_factory, end):
    path = tmp_path_factory.getbasetemp() / "cut.wav"
    path.write_bytes(content()[:end])
    with pytest.raises(DataError) as refused:
        wav.read(path)
    assert refused.value.key in {"error.data.wav", "error.data.wav_length"}


@given(st.binary(max_size=60))
@example(b"RIFF\0\0\0\0WAVE" + b"data\xff\xff\xff\xff")
@example(b"RIFF\0\0\0\0WAVE" + b"junk\xff\xff\xff\xff")
@example(content()[:20] + b"\2\0" + content()[22:])
@example(content()[:22] + b"\0\0" + content()[24:])
@example(content()[:24] + b"\0\0\0\0" + content()[28:])
@example(content()[:40] + b"\xff\xff\xff\x7f" + content()[44:])
@example(content()[:40] + b"\0\0\0\0" + content()[44:])
def test_is_total_over_bytes(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.wav"
    path.write_bytes(data)
    with pytest.raises(DataError) as refused:
        wav.read(path)
    assert refused.value.key in {"error.data.wav", "error.data.wav_length", "error.data.empty"}


def test_chunks_of_other_kinds_are_passed_over(tmp_path):
    whole = content(np.arange(5, dtype=np.int16))
    (tmp_path / "a.wav").write_bytes(whole[:36] + b"LIST" + struct.pack("<I", 3) + b"abc\0" + whole[36:])
    assert (wav.read(tmp_path / "a.wav").samples.ravel() * 2**15).tolist() == [0, 1, 2, 3, 4]


def test_the_kind_may_stand_behind_the_format(tmp_path):
    whole = content(np.array([-3, 5], np.int16))
    extension = struct.pack("<HHI", 22, 16, 4) + b"\x01\x00" + bytes(14)
    longer = b"fmt " + struct.pack("<I", 40) + b"\xfe\xff" + whole[22:36] + extension
    (tmp_path / "a.wav").write_bytes(whole[:12] + longer + whole[36:])
    assert (wav.read(tmp_path / "a.wav").samples.ravel() * 2**15).tolist() == [-3, 5]


def test_floating_point_is_checked_and_clipped(tmp_path):
    wavfile.write(tmp_path / "a.wav", RATE, np.array([0.5, -1.5, 2.0], np.float32))
    assert wav.read(tmp_path / "a.wav")[1:] == (pytest.approx(np.array([[0.5], [-1.0], [1.0]])), 2)
    wavfile.write(tmp_path / "b.wav", RATE, np.array([0.5, np.nan], np.float32))
    with pytest.raises(DataError) as refused:
        wav.read(tmp_path / "b.wav")
    assert refused.value.arguments == {"what": str(tmp_path / "b.wav"), "value": "nan", "index": "(1,)"}


@given(st.integers(1, 127), st.sampled_from([64, 256]), st.integers(1, 64))
def test_a_tone_is_strongest_at_its_frequency(place, frame, hop):
    place = 1 + place % (frame // 2 - 1)
    power = sound_form.spectrogram(tone(place * RATE / frame, 600)[:, 0], RATE, frame=frame, hop=hop)
    assert power.shape == ((600 - frame) // hop + 1, frame // 2 + 1)
    assert power.argmax(axis=1).tolist() == [place] * len(power)
    assert power.max() == pytest.approx(10 * np.log10(0.5**2 / 2), abs=0.1)
    assert power.min() >= -100


def folder(path, **made):
    for name, (samples, rate) in {
        "low/1": (tone(250), RATE),
        "low/2": (tone(250, 300), RATE),
        "high/1": (tone(1000), RATE),
        "high/2": (tone(1000, channels=2), RATE),
        **made,
    }.items():
        save(path / f"{name}.wav", samples, rate=rate)
    return path


def test_a_folder_for_each_class(tmp_path):
    data = load_dataset(str(folder(tmp_path / "set")))
    assert (data.name, data.class_names, data.axes) == ("set", ("high", "low"), ("sample", "time", "channel"))
    assert (data.sample_shape, data.x_train.dtype) == ((400, 1), np.float32)
    source = data.source
    assert (source.rate, source.resampled, source.mixed, source.cut, source.padded) == (RATE, 0, 1, 0, 1)
    for x, y, files in ((data.x_train, data.y_train, source.train), (data.x_test, data.y_test, source.test)):
        for sample, label, file in zip(x, y, files, strict=True):
            length = 300 if file.match("low/2.wav") else 400
            expected = np.zeros(400)
            expected[:length] = tone({"low": 250, "high": 1000}[data.class_names[label]], length)[:, 0]
            assert file.parent.name == data.class_names[label]
            assert np.abs(sample[:, 0] - expected).max() < 1e-4


def test_rates_are_brought_to_one_and_said(tmp_path):
    path = str(folder(tmp_path / "set", **{"low/3": (tone(250, 800, rate=16_000), 16_000)}))
    with pytest.raises(DataError) as refused:
        load_dataset(path)
    assert refused.value.arguments == {"path": path, "rates": "8000, 16000"}
    data = load_dataset(path, rate=RATE, seconds=0.04, form="spectrogram", frame=64, hop=32)
    assert (data.sample_shape, data.source.resampled, data.source.cut) == ((9, 33), 1, 4)
    raw = [wav.read(file) for file in data.source.test]
    kept = fitted.from_dict(json.loads(json.dumps(data.fitted.to_dict())))
    assert kept.apply(raw).tolist() == data.x_test.tolist()
    assert (data.feature_names[2], data.axes) == ("250 Hz", ("sample", "time", "feature"))
    loudest = {"low": 2, "high": 8}
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        assert [int(each[2].argmax()) for each in x] == [loudest[data.class_names[label]] for label in y]


def test_one_sound_to_look_at(tmp_path):
    path = str(save(tmp_path / "a.wav", tone(channels=2)))
    data = load_dataset(path)
    assert (data.sample_shape, data.y_test.tolist() == data.x_train.tolist()) == ((400, 2), True)
    assert load_dataset(path, form="spectrogram").sample_shape == (2, 129)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"form": "notes"}, "error.data.option_choice"),
        ({"rate": 0}, "error.data.option_whole"),
        ({"seconds": 0}, "error.data.option_number"),
        ({"channels": 2}, "error.data.option_whole"),
        ({"form": "spectrogram", "frame": 401}, "error.data.option_whole"),
        ({"hop": 0}, "error.data.option_whole"),
        ({"size": 3}, "error.data.unknown_option"),
        ({"seconds": 3600, "rate": 1_000_000}, "error.data.sounds_large"),
    ],
)
def test_what_is_refused(tmp_path, options, key):
    with pytest.raises(VitrailError) as refused:
        load_dataset(str(folder(tmp_path / "set")), **options)
    assert refused.value.key == key
    assert str(refused.value) != key


def test_a_damaged_file_is_named(tmp_path):
    path = folder(tmp_path / "set")
    (path / "low" / "1.wav").write_bytes(content()[:-1])
    with pytest.raises(DataError) as refused:
        load_dataset(str(path))
    assert refused.value.arguments["file"] == str(path / "low" / "1.wav")
