"""The whole description of a run before it starts: data, model, compile, fit, seed."""

from vitrail.experiment.description import Experiment
from vitrail.experiment.notebook import to_notebook
from vitrail.experiment.opening import open_any
from vitrail.experiment.parts import CompileSpec, DataSpec, FitSpec
from vitrail.experiment.preparing import Prepared
from vitrail.experiment.reference import reference

__all__ = ["CompileSpec", "DataSpec", "Experiment", "FitSpec", "Prepared", "open_any", "reference", "to_notebook"]
