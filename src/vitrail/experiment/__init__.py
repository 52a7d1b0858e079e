"""The whole description of a run before it starts: data, model, compile, fit, seed."""

from vitrail.experiment.description import CompileSpec, DataSpec, Experiment, FitSpec
from vitrail.experiment.reference import reference

__all__ = ["CompileSpec", "DataSpec", "Experiment", "FitSpec", "reference"]
