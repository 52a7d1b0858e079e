"""The catalogue of operations that one can watch: frozen values that compute, write themselves, and know origins."""

from vitrail.tensors.operations.catalogue import OPERATIONS, operation
from vitrail.tensors.operations.elementwise import Add, Divide, Exp, Multiply, Sqrt, Square, Subtract
from vitrail.tensors.operations.encodings import Cast, OneHot, Scale, Standardise, Threshold
from vitrail.tensors.operations.pictures import Blend, ColourFilter, Crop, Grey, Pad
from vitrail.tensors.operations.products import MatMul, Softmax
from vitrail.tensors.operations.reductions import Argmax, Max, Mean, Min, Sum
from vitrail.tensors.operations.resizing import Resize
from vitrail.tensors.operations.shapes import ExpandDims, Flatten, Flip, Reshape, Squeeze, Stack, Transpose

__all__ = [
    "OPERATIONS",
    "Add",
    "Argmax",
    "Blend",
    "Cast",
    "ColourFilter",
    "Crop",
    "Divide",
    "Exp",
    "ExpandDims",
    "Flatten",
    "Flip",
    "Grey",
    "MatMul",
    "Max",
    "Mean",
    "Min",
    "Multiply",
    "OneHot",
    "Pad",
    "Reshape",
    "Resize",
    "Scale",
    "Softmax",
    "Sqrt",
    "Square",
    "Squeeze",
    "Stack",
    "Standardise",
    "Subtract",
    "Sum",
    "Threshold",
    "Transpose",
    "operation",
]
