"""What is kept of a training: the run folder, and its checkpoints until it is finished."""

from vitrail.runs.folder import FORM, PREPROCESSING, RowPredictions, SavedRun, open_run, runs_folder, save
from vitrail.runs.unfinished import Places, new_places, places_of

__all__ = [
    "FORM",
    "PREPROCESSING",
    "Places",
    "RowPredictions",
    "SavedRun",
    "new_places",
    "open_run",
    "places_of",
    "runs_folder",
    "save",
]
