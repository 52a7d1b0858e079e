"""Formulas of a trace: each number with its formula, each formula with its numbers."""
