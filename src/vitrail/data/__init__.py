"""Files, tables and generators become named tensors."""

from vitrail.data.dataset import Dataset as Dataset
from vitrail.data.registry import dataset_names as dataset_names
from vitrail.data.registry import load_dataset as load_dataset

__all__ = ["Dataset", "dataset_names", "load_dataset"]
