"""A network as the machine's tools see it: plain data, so that everything beside this module can be tested
without making or running one."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ..cores import NEURONS, POISSON, SPIKE_ARRAY

__all__ = [
    "LARGEST_TABLE",
    "NEURONS",
    "POISSON",
    "SPIKE_ARRAY",
    "NetworkDescription",
    "PopulationDescription",
    "ProjectionDescription",
    "RewiringDescription",
]

# Entries of the largest table of synapses by source cell and target core; beyond it sources of one slice
# count as equal.
LARGEST_TABLE = 20_000_000


@dataclass(frozen=True)
class PopulationDescription:
    """One population."""

    label: str
    size: int
    kind: str = NEURONS  # or POISSON, SPIKE_ARRAY
    model: str = "IF_curr_exp"
    n_receptors: int = 2
    # cells on a core at most: a number, one for each side of `shape`, or None for the machine's own limit
    cells_per_core: int | tuple[int, ...] | None = None
    # cells along each side of a grid, the first running fastest; None for a line
    shape: tuple[int, ...] | None = None
    # cores of their own for synapses: None lets the estimate decide, 0 asks for none
    n_synapse_cores: int | None = None
    allow_delay_extensions: bool = True
    # what each source of this population's inputs is supposed to fire, Hz
    spikes_per_second: float = 30.0
    incoming_spike_buffer_size: int = 256
    # of every Poisson source, Hz; None: unknown
    rates: object = field(default=None, compare=False)
    # (x, y, p): the chip on which all cores lie, and the number of the first there or None
    place: tuple | None = None


@dataclass(frozen=True)
class RewiringDescription:
    """How the synapses of a projection come and go."""

    s_max: int
    attempts_per_step: float
    n_chances: int  # entries of both tables of distances
    buffer_size: int = 0  # spikes that a last-neuron selection keeps; 0: partners are selected at random


@dataclass(frozen=True)
class ProjectionDescription:
    """One projection; `pre` and `post` are numbers of populations."""

    label: str
    pre: int
    post: int
    # most synapses of one source onto `n` neighbouring cells
    most_from_source: Callable[[int], int]
    # ms: the longest, and the one delay of all if there is only one
    longest_delay: float = 1.0
    delay: float | None = None
    receptor: int = 0
    is_one_to_one: bool = False
    is_plastic: bool = False
    # of plasticity; "short_term", or "short_term_each" where time constants differ,
    # "short_term_simple" for synapses of a fixed chance; None: static
    rule: str | None = None
    is_structural: bool = False
    rewiring: RewiringDescription | None = None  # of a structural one, where it is known
    is_modulated: bool = False  # learns under neuromodulation
    is_neuromodulated: bool = False
    # () -> (sources, targets, delays in steps) of all synapses, indices in the populations; None while nobody
    # knows: then every source has as many synapses on every core as `most_from_source` says
    connections: Callable[[], tuple] | None = None
    # (group of every source, group of every target, steps of a stage) -> synapses by stage, group of the
    # source and group of the target; None, or giving None, where `connections` tells
    counts: Callable[[object, object, int], object] | None = None


@dataclass(frozen=True)
class NetworkDescription:
    """The whole network."""

    timestep: float  # ms
    populations: tuple[PopulationDescription, ...]
    projections: tuple[ProjectionDescription, ...]
    time_scale_factor: float = 1.0
    n_boards: int | None = None  # what the script asks for

    _onto: dict = field(default_factory=dict, compare=False, repr=False)

    def onto(self, population):
        """Projections onto the population with this number, in the order of their making."""
        if not self._onto:
            for projection in self.projections:
                self._onto.setdefault(projection.post, []).append(projection)
        return self._onto.get(population, [])

    def out_of(self, population):
        """Projections out of the population with this number."""
        return [projection for projection in self.projections if projection.pre == population]
