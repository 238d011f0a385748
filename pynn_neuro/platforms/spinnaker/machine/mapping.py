"""Which cells lie on which core, and which cores a network needs beside those of its cells.

A population is cut into slices. Each slice of neurons has one core, or, when steps are short and synapses
many, a core for the neurons and cores for the synapses; the slices of a Poisson source that drives such a
population cell by cell follow the population's. Delays longer than the slots of a core make delay
extensions: one core for each slice of the source.

Notes
-----
Source: sPyNNaker 7.4.1, `PopulationVertex.use_combined_core`, `n_synapse_cores_required` and
`max_delay_steps`, the splitters of `splitter_components`, `delay_support_adder`, and PACMAN's
`get_multidimensional_slices`. One difference: a grid whose `neurons_per_core` is a single number is cut as a
line, where newer releases of PACMAN refuse.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .. import cores
from ..exceptions import DelayExtensionException, SpynnakerException, SynapticConfigurationException
from . import constants
from .network import NEURONS, POISSON

__all__ = [
    "Application",
    "Core",
    "Mapping",
    "Slice",
    "cells_per_core",
    "delay_slots",
    "map_network",
    "slices_of",
    "slots_of_core",
]

# Kinds of cores, by the names that the host has for them.
COMBINED = "PopulationMachineVertex"
NEURON_CORE = "PopulationNeuronsMachineVertex"
LEAD_SYNAPSE_CORE = "PopulationSynapsesMachineVertexLead"
SHARED_SYNAPSE_CORE = "PopulationSynapsesMachineVertexShared"
POISSON_CORE = "SpikeSourcePoissonMachineVertex"
ARRAY_CORE = "SpikeSourceArrayMachineVertex"
DELAY_CORE = "DelayExtensionMachineVertex"

# Cores of a chip that hold cells or synapses: without SCAMP and the monitor.
_APPLICATION_CORES = constants.CORES_PER_CHIP.value - constants.MONITORS_PER_CHIP.value


class Slice(NamedTuple):
    """Cells of one core: numbers `first` to `last` in the order of the cores, which for a line is the order
    of the population. `cells` are their indices in the population when that is another one (grids)."""

    first: int
    last: int
    cells: np.ndarray | None = None

    @property
    def n_cells(self):
        return self.last - self.first + 1

    def indices(self):
        """Indices in the population, int64."""
        return np.arange(self.first, self.last + 1) if self.cells is None else self.cells


class Core(NamedTuple):
    """A program on a core."""

    kind: str
    application: int  # number of its Application
    slice_index: int
    cells: Slice
    group: int  # cores of one group lie on one chip


@dataclass
class Application:
    """A population, or the delay extension of one, and its cores."""

    label: str
    kind: str  # NEURONS, POISSON, SPIKE_ARRAY or "delay"
    population: int
    slices: list
    cores: list  # numbers of its cores in `Mapping.cores`
    n_stages: int = 0
    slots_per_stage: int = 0


@dataclass
class Mapping:
    """Everything that has to be placed.

    Attributes
    ----------
    applications : list of Application
        Populations in the order of their making, then delay extensions.
    cores : list of Core
    groups : list of list of int
        Numbers of cores that have to lie on one chip, in the order of placement.
    is_combined : dict of int to bool
        For every population of neurons, whether neurons and synapses share a core.
    n_synapse_cores : dict of int to int
        For every population of neurons, the cores that its synapses need when they have cores of their own.
    slots, slots_of_core : dict of int to int
        For every population of neurons, steps of delay that its cores keep, and that they could.
    over_memory : dict of int to int
        Poisson source -> the population that it drives over the chip's memory, without packets.
    """

    network: object
    applications: list
    cores: list
    groups: list
    is_combined: dict
    n_synapse_cores: dict
    slots: dict
    slots_of_core: dict
    over_memory: dict

    def extension_of(self, population):
        """The delay extension of a population, or None."""
        for application in self.applications:
            if application.kind == "delay" and application.population == population:
                return application
        return None


# --- cells on a core --------------------------------------------------------------------------------------


def n_bits(n):
    """Bits that number `n` things, at least 1 (0 for none)."""
    return n if n < 2 else (n - 1).bit_length()


def cells_per_core(population):
    """Most cells of a population on one core.

    Parameters
    ----------
    population : PopulationDescription

    Returns
    -------
    int
        At most 256 neurons or 500 Poisson sources; the population's size if it has no limit.

    Raises
    ------
    SpynnakerException
        If more are asked for than a core can number.
    """
    return cores.cells_on_core(
        population.kind, population.size, population.cells_per_core, str(population.label)
    )


def slices_of(population):
    """The slices of a population.

    Parameters
    ----------
    population : PopulationDescription

    Returns
    -------
    list of Slice

    Raises
    ------
    SpynnakerException
        As of `cells_per_core`; also if a grid's sides are no multiples of what a core holds along them.

    Examples
    --------
    >>> from .network import PopulationDescription
    >>> [tuple(s)[:2] for s in slices_of(PopulationDescription("a", 300))]
    [(0, 255), (256, 299)]
    """
    most = cells_per_core(population)
    asked = population.cells_per_core
    if isinstance(asked, tuple) and len(asked) > 1:
        return _grid_slices(population, asked, most)
    starts = range(0, population.size, most)
    return [Slice(start, min(start + most, population.size) - 1) for start in starts]


def _grid_slices(population, asked, most):
    shape = population.shape
    if shape is None or len(shape) != len(asked):
        raise SpynnakerException(
            f'neurons_per_core of population "{population.label}" is {asked}, but its cells lie '
            f"{'in a line' if shape is None else f'on a grid of {shape}'}; give as many numbers as the grid "
            "of its structure has sides, or a single one"
        )
    if any(side % part for side, part in zip(shape, asked, strict=True)):
        raise SpynnakerException(
            f'neurons_per_core of population "{population.label}" is {asked}, and its grid is {shape}; each '
            "side of the grid must be a multiple of the number for it"
        )
    if population.size <= most:
        return [Slice(0, population.size - 1)]
    # The first side runs fastest, in cells and in cores.
    numbers = np.arange(population.size).reshape(tuple(reversed(shape)))
    slices, first = [], 0
    parts = [side // part for side, part in zip(shape, asked, strict=True)]
    for core in range(math.prod(parts)):
        window = []
        for n_parts, part in zip(parts, asked, strict=True):
            core, place = divmod(core, n_parts)
            window.append(slice(place * part, (place + 1) * part))
        cells = numbers[tuple(reversed(window))].ravel()
        slices.append(Slice(first, first + cells.size - 1, cells))
        first += cells.size
    return slices


# --- delays -----------------------------------------------------------------------------------------------


def slots_of_core(n_cells, n_receptors):
    """Steps of delay that the ring of a core can keep.

    Parameters
    ----------
    n_cells : int
        Most cells of the population on one core, or its size if that is less.
    n_receptors : int

    Returns
    -------
    int

    Examples
    --------
    >>> slots_of_core(256, 2), slots_of_core(64, 2)
    (32, 128)
    """
    return 2 ** max(constants.RING_BITS.value - n_bits(n_cells) - n_bits(n_receptors), 0)


def delay_slots(longest_delay, timestep, n_cells, n_receptors):
    """Steps of delay that the ring of a core does keep: enough for the longest delay, if it can.

    Parameters
    ----------
    longest_delay, timestep : float
        ms.
    n_cells, n_receptors : int
        As for `slots_of_core`.

    Returns
    -------
    int
        A power of two.
    """
    return min(2 ** n_bits(math.ceil(longest_delay / timestep)), slots_of_core(n_cells, n_receptors))


def rounded_delay(delay, timestep):
    """A delay in ms as the host rounds it: half to even, by the products that it forms."""
    microseconds = round(timestep * 1000.0)
    return float(np.rint(delay * (1000.0 / microseconds)) * (microseconds / 1000.0))


def _n_stages(network, projections, slots):
    """Stages of delay extensions for the projections from one population onto another."""
    longest = max(projection.longest_delay for projection in projections)
    kept = slots * network.timestep
    if kept >= longest:
        return 0
    post = network.populations[projections[0].post]
    label = projections[0].label
    if not post.allow_delay_extensions:
        raise DelayExtensionException(
            f'projection "{label}" has a delay of {longest:g} ms; a core of population "{post.label}" keeps '
            f"{slots} steps of {network.timestep:g} ms, and set_allow_delay_extensions forbids more: shorten "
            "the delay, put fewer cells on a core, or allow delay extensions"
        )
    most = kept + constants.DELAY_STAGES.value * slots * network.timestep
    if most < longest:
        raise DelayExtensionException(
            f'projection "{label}" has a delay of {longest:g} ms; with {slots} slots on a core of population '
            f'"{post.label}" and {constants.DELAY_STAGES.value} stages of a delay extension {most:g} ms are '
            f"possible: shorten the delay, raise the time step of {network.timestep:g} ms, or put fewer "
            "cells on a core (neurons_per_core)"
        )
    return math.ceil(longest / kept) - 1


# --- neurons and synapses apart ---------------------------------------------------------------------------


def _drives_cells(network, projection):
    """Whether a projection from a Poisson source, the source's only one, reaches each cell from its own
    source one step later: the core of the source may then write into the chip's memory."""
    pre, post = network.populations[projection.pre], network.populations[projection.post]
    return (
        pre.kind == POISSON
        and len(network.out_of(projection.pre)) == 1
        and pre.size == post.size
        and projection.is_one_to_one
        and projection.rule is None
        and not projection.is_plastic
        and projection.delay == network.timestep
    )


def _poisson_inputs(network, number):
    """Projections onto a population from Poisson sources that have one onto it."""
    inputs = [p for p in network.onto(number) if network.populations[p.pre].kind == POISSON]
    return [p for p in inputs if sum(other.pre == p.pre for other in inputs) == 1]


def _estimated_synapse_cores(network, number):
    """Cores that the synapses of a population need by the host's estimate of their events."""
    population = network.populations[number]
    if population.n_synapse_cores is not None:
        return population.n_synapse_cores
    inputs = network.onto(number)
    is_plastic = any(p.is_plastic or p.rule is not None for p in inputs)
    kind = constants.PLASTIC_EVENTS_PER_SECOND if is_plastic else constants.STATIC_EVENTS_PER_SECOND
    capacity = kind.value * network.time_scale_factor
    most = _APPLICATION_CORES - 1  # one is the neurons'
    n_cells = cells_per_core(population)
    events = {True: 0, False: 0}
    for projection in inputs:
        n = projection.most_from_source(n_cells) * population.spikes_per_second
        n_events = math.ceil(n * network.populations[projection.pre].size)
        alone = sum(other.pre == projection.pre for other in inputs) == 1
        events[alone and _drives_cells(network, projection)] += n_events
    # Synapses that are apart have a core also while there are none of them.
    least = int(any(p.is_structural or p.is_neuromodulated for p in inputs))
    n_cores = max(math.ceil(events[False] / capacity), least)
    if n_cores + len(_poisson_inputs(network, number)) < most:
        return n_cores
    return min(math.ceil((events[False] + events[True]) / capacity), most)


def _has_combined_core(network, number, n_cores):
    population = network.populations[number]
    inputs = network.onto(number)
    apart = [p for p in inputs if p.is_structural or p.is_neuromodulated]
    asked = population.n_synapse_cores
    if apart:
        why = "rewired" if apart[0].is_structural else "neuromodulated"
        if asked == 0:
            raise SynapticConfigurationException(
                f'n_synapse_cores of population "{population.label}" is 0, but its synapses are {why} '
                f'(projection "{apart[0].label}"), which needs cores of their own: ask for 1 or leave it out'
            )
        if any(p.is_structural for p in apart) and n_cores != 1:
            raise SynapticConfigurationException(
                f'population "{population.label}" has rewired synapses (projection "{apart[0].label}") and '
                f"{n_cores} synapse cores; they can be rewired on a single one: set n_synapse_cores=1"
            )
        return False
    if asked is not None:
        return asked == 0
    return network.timestep >= 1.0 or n_cores == 0


# --- the whole --------------------------------------------------------------------------------------------


class _Builder:
    """Cores, groups and applications while they are made."""

    def __init__(self):
        self.applications, self.cores, self.groups = [], [], []

    def application(self, label, kind, population, slices, **more):
        self.applications.append(Application(label, kind, population, slices, [], **more))
        return len(self.applications) - 1

    def add(self, kind, application, index, cells, group=None):
        if group is None:
            group = len(self.groups)
            self.groups.append([])
        number = len(self.cores)
        self.cores.append(Core(kind, application, index, cells, group))
        self.groups[group].append(number)
        self.applications[application].cores.append(number)
        return group


def map_network(network):
    """Slices, cores and delay extensions of a network.

    Parameters
    ----------
    network : NetworkDescription

    Returns
    -------
    Mapping

    Raises
    ------
    SpynnakerException, SynapticConfigurationException, DelayExtensionException
        If the machine cannot hold a population as it is asked for, or delays are too long for it.
    """
    build = _Builder()
    numbers = [n for n, population in enumerate(network.populations) if population.kind == NEURONS]
    most = {n: min(cells_per_core(network.populations[n]), network.populations[n].size) for n in numbers}
    n_synapse_cores = {n: _estimated_synapse_cores(network, n) for n in numbers}
    is_combined = {n: _has_combined_core(network, n, n_synapse_cores[n]) for n in numbers}
    possible = {n: slots_of_core(most[n], network.populations[n].n_receptors) for n in numbers}
    slots = {n: _slots_in_use(network, n, most[n]) for n in numbers}
    over_memory = {}
    for n in numbers:
        inputs = _poisson_inputs(network, n)
        if not is_combined[n] and len(inputs) + n_synapse_cores[n] + 1 < constants.CORES_PER_CHIP.value - 1:
            over_memory.update((p.pre, n) for p in inputs if _drives_cells(network, p))
    slices = []
    for number, population in enumerate(network.populations):
        followed = network.populations[over_memory.get(number, number)]
        slices.append(slices_of(followed))
        build.application(population.label, population.kind, number, slices[-1])
    for number, population in enumerate(network.populations):
        if population.kind == NEURONS:
            sources = [source for source, target in over_memory.items() if target == number]
            _add_neurons(build, number, slices[number], is_combined[number], n_synapse_cores[number], sources)
        elif number not in over_memory:
            kind = POISSON_CORE if population.kind == POISSON else ARRAY_CORE
            for index, cells in enumerate(slices[number]):
                build.add(kind, number, index, cells)
    _add_extensions(build, network, slices, possible)
    return Mapping(
        network,
        build.applications,
        build.cores,
        build.groups,
        is_combined,
        n_synapse_cores,
        slots,
        possible,
        over_memory,
    )


def _slots_in_use(network, number, n_cells):
    longest = max((p.longest_delay for p in network.onto(number)), default=0.0)
    return delay_slots(longest, network.timestep, n_cells, network.populations[number].n_receptors)


def _add_neurons(build, number, slices, is_combined, n_synapse_cores, sources):
    for index, cells in enumerate(slices):
        if is_combined:
            build.add(COMBINED, number, index, cells)
            continue
        # Placed in this order: synapses, sources, neurons.
        group = build.add(LEAD_SYNAPSE_CORE, number, index, cells)
        for _ in range(1, n_synapse_cores):
            build.add(SHARED_SYNAPSE_CORE, number, index, cells, group)
        for source in sources:
            build.add(POISSON_CORE, source, index, cells, group)
        build.add(NEURON_CORE, number, index, cells, group)


def _add_extensions(build, network, slices, slots_of_cores):
    """Delay extensions, in the order of the sources' first projections."""
    pairs = {}
    for projection in network.projections:
        pairs.setdefault(projection.pre, {}).setdefault(projection.post, []).append(projection)
    for pre, targets in pairs.items():
        stages = {}  # slots of a stage -> how many
        for post, projections in targets.items():
            slots = slots_of_cores[post]
            n = _n_stages(network, projections, slots)
            if n and stages and slots not in stages:
                raise DelayExtensionException(
                    f'population "{network.populations[pre].label}" needs a delay extension with stages of '
                    f"{next(iter(stages))} steps, and for projection "
                    f'"{projections[0].label}" with stages of {slots}; it can have only one kind: give all '
                    "its targets the same neurons_per_core, or shorten the delays"
                )
            if n:
                stages[slots] = max(n, stages.get(slots, 0))
        if not stages:
            continue
        ((slots, n),) = stages.items()
        label = f"{network.populations[pre].label}_delayed"
        number = build.application(label, "delay", pre, slices[pre], n_stages=n, slots_per_stage=slots)
        for index, cells in enumerate(slices[pre]):
            build.add(DELAY_CORE, number, index, cells)
