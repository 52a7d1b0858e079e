"""Files, tables and generators become named tensors."""

from vitrail.data.dataset import Dataset as Dataset
from vitrail.data.registry import Entry as Entry
from vitrail.data.registry import dataset_entry as dataset_entry
from vitrail.data.registry import dataset_names as dataset_names
from vitrail.data.registry import is_path as is_path
from vitrail.data.registry import load_dataset as load_dataset
from vitrail.data.tables.preprocessing import Preprocessing as Preprocessing
from vitrail.data.tables.reading import is_table as is_table

__all__ = ["Dataset", "Entry", "Preprocessing", "dataset_entry", "dataset_names", "is_path", "is_table", "load_dataset"]
