"""A description of layers, the Keras model it stands for, and the Keras program that builds it."""

from vitrail.models.build import build_object, build_sequential, known_name, layer_names
from vitrail.models.code import expression, literal
from vitrail.models.files import load_model
from vitrail.models.spec import Config, Json, ObjectSpec

__all__ = [
    "Config",
    "Json",
    "ObjectSpec",
    "build_object",
    "build_sequential",
    "expression",
    "known_name",
    "layer_names",
    "literal",
    "load_model",
]
