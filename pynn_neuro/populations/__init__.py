"""Populations, views of them and assemblies: cells with their parameters, and what is recorded from them."""

from .assemblies import Assembly
from .population import Population, PopulationView

__all__ = ["Assembly", "Population", "PopulationView"]
