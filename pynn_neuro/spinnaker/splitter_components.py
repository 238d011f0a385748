"""Ways of splitting a population over cores: kept on the population (`machine_options["splitter"]`), without
effect on what is computed."""

__all__ = [
    "Splitter",
    "SplitterAbstractPopulationVertexFixed",
    "SplitterAbstractPopulationVertexNeuronsSynapses",
    "SplitterFixedLegacy",
    "SplitterOneToOneLegacy",
    "SplitterPoissonDelegate",
    "SplitterPopulationVertexFixed",
    "SplitterPopulationVertexNeuronsSynapses",
]


class Splitter:
    """A way of splitting, with the arguments that it was made with."""

    def __init__(self, *arguments, **keywords):
        self.arguments = arguments
        self.keywords = keywords

    def __repr__(self):
        given = [*map(repr, self.arguments), *(f"{key}={value!r}" for key, value in self.keywords.items())]
        return f"{type(self).__name__}({', '.join(given)})"


class SplitterAbstractPopulationVertexFixed(Splitter):
    """Cells in intervals of equal size."""


class SplitterPopulationVertexFixed(Splitter):
    """Cells in intervals of equal size (later name)."""


class SplitterAbstractPopulationVertexNeuronsSynapses(Splitter):
    """Cells on one core, their synapses on others."""


class SplitterPopulationVertexNeuronsSynapses(Splitter):
    """Cells on one core, their synapses on others (later name)."""


class SplitterPoissonDelegate(Splitter):
    """Poisson sources on the core of their targets."""


class SplitterFixedLegacy(Splitter):
    """Cells in intervals of equal size, for sources."""


class SplitterOneToOneLegacy(Splitter):
    """The whole population on one core."""
