"""What is kept of a training: the run folder."""

from vitrail.runs.folder import SavedRun, open_run, runs_folder, save

__all__ = ["SavedRun", "open_run", "runs_folder", "save"]
