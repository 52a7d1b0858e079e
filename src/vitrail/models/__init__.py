"""A description of layers, the Keras model it stands for, and the Keras program that builds it."""

from vitrail.models.build import build_model, build_object, check_entries, find_class, known_name
from vitrail.models.code import expression, literal
from vitrail.models.describe import describe, foreign_reason
from vitrail.models.files import load_model
from vitrail.models.graph import INPUT, graph_of, is_chain, layer_names, outputs_of, shortest, takes_each
from vitrail.models.nested import module_of
from vitrail.models.spec import Config, Json, LayerSpec, ObjectSpec, freeze, thaw

__all__ = [
    "INPUT",
    "Config",
    "Json",
    "LayerSpec",
    "ObjectSpec",
    "build_model",
    "build_object",
    "check_entries",
    "describe",
    "expression",
    "find_class",
    "foreign_reason",
    "freeze",
    "graph_of",
    "is_chain",
    "known_name",
    "layer_names",
    "literal",
    "load_model",
    "module_of",
    "outputs_of",
    "shortest",
    "takes_each",
    "thaw",
]
