"""The seam between PyNN objects and the machine that is computed.

A `Platform` knows which models its machine has, under which names the engine keeps them, how values, delays
and times are represented, and what that rounds. Populations, projections and recorders ask it and name no
platform.
"""

import difflib
import importlib
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from ..errors import NoModelAvailableError, PlatformNotAvailableError
from ..sections import Told

__all__ = ["CellKernel", "Clock", "Platform", "get_platform", "keyword_owner", "platform_names"]


class Clock:
    """Steps and milliseconds.

    A step number is exact; its time is the float nearest to step * timestep with the time step taken as the
    decimal number that the user wrote, so 127 steps of 0.1 ms are 12.7 ms.

    Parameters
    ----------
    timestep : float
        Milliseconds.
    """

    def __init__(self, timestep):
        self.timestep = float(timestep)
        exact = Fraction(repr(self.timestep))
        self._numerator, self._denominator = exact.numerator, exact.denominator
        # Products of a step number with a small numerator are whole in float64, and one division rounds once.
        self._is_short = max(self._numerator, self._denominator) < 2**20

    def to_ms(self, steps):
        """Time of a step number or of an array of them, in ms."""
        if isinstance(steps, (int, np.integer)):
            return int(steps) * self._numerator / self._denominator
        steps = np.asarray(steps)
        if self._is_short:
            return steps * float(self._numerator) / float(self._denominator)
        return steps * self.timestep

    def to_steps(self, times):
        """Nearest step of a time in ms (halves go up): int, or int64 array for an array."""
        # A time such as 0.15 ms at 0.1 ms is 1.4999999999999998 steps in floats: the margin makes it a half
        # again.
        steps = np.floor(np.asarray(times, dtype=float) / self.timestep + (0.5 + 1e-9))
        if steps.ndim == 0:
            return int(steps)
        return np.minimum(steps, 2.0**62).astype(np.int64)


class CellKernel(NamedTuple):
    """How a platform holds one cell model."""

    name: str  # the engine's
    # PyNN's name of a parameter or state variable -> the engine's, where they differ
    aliases: dict = {}
    # parameter that holds whole spike trains, if any
    trains: str | None = None
    # parameter that holds an array for each cell -> number of terms, or None for lists of any length
    arrays: dict = {}
    # the kind of each receptor, for kernels that let them be chosen
    receptors: tuple = ()
    # PyNN's state variable -> the engine's that begins with its initial value, where it records another
    starts: dict = {}

    def variable(self, name):
        """The engine's name of PyNN's parameter or state variable."""
        return self.aliases.get(name, name)

    def start(self, name):
        """The engine's name of the variable that begins with the initial value of PyNN's state variable."""
        return self.starts.get(name, self.variable(name))


class Platform:
    """One machine. Subclasses fill the tables; most need to override only what their machine represents
    otherwise.

    Parameters
    ----------
    clock : Clock
    precision : str
        One of `precisions`.
    options : dict
        The values of those keywords of `setup` that are listed in `keywords`.
    """

    name = None
    precisions = ("double",)
    # the longest delay: the engine keeps delays in 16 bits
    most_delay_steps = 65535
    # keywords of `setup` that only this platform has
    keywords = ()
    # model name -> CellKernel
    cells = {}
    # synapse model name -> the engine's name
    synapses = {}
    # kernels of plasticity whose rule may differ between the synapses of a projection
    varied_rules = frozenset()
    # whether populations can record "rewiring": synapses that are formed and eliminated
    records_rewiring = False
    # rules of rewiring that may differ between the projections onto a population
    rewiring_may_differ_in = frozenset()
    # plasticity whose synapses can come and go; None: the platform checks it itself
    models_that_rewire = None
    # what a run rounds without a word, for reports and docs
    rounds = ()
    # whether parameters of cells are represented by other numbers than the user gave
    rounds_parameters = False
    # whether reading a delay gives what the user asked for (True) or what the machine holds (False)
    keeps_requested_delays = True
    # whether weights and rules can be represented only when the whole network is known: they are kept as the
    # user gave them until `represent` writes them
    holds_weights = False
    # whether something was given that has to be represented before the next run; read beside
    # `state.has_changed`
    is_stale = False
    # whether the platform's own synapses come and go, with what `represent` writes; otherwise the engine's
    # rewiring moves them
    rewires_itself = False
    # whether plastic synapses can learn without notice of their delays (`backprop_delay=False`)
    has_backprop_delay = False

    def __init__(self, clock, precision, options):
        self.clock = clock
        self.precision = precision
        self.options = options

    @property
    def arithmetic(self):
        """What it computes in, in a few words."""
        return f"{self.precision} precision"

    # -- models ------------------------------------------------------------------------------------

    def cell_kernel(self, celltype):
        """The CellKernel of a PyNN cell type; NoModelAvailableError when the machine has none."""
        if getattr(celltype, "native_platform", None) == self.name:
            return CellKernel(celltype.model, arrays=dict.fromkeys(celltype.native_lists))
        try:
            return self.cells[celltype.model]
        except (KeyError, AttributeError):
            raise NoModelAvailableError(
                f'cell type {type(celltype).__name__} does not exist on platform "{self.name}"; '
                f"it has {', '.join(sorted(self.cells))}"
            ) from None

    def synapse_kernel(self, synapse_type):
        """The engine's name for a PyNN synapse type; NoModelAvailableError when the machine has none."""
        if getattr(synapse_type, "native_platform", None) == self.name:
            return synapse_type.model
        models = getattr(synapse_type, "possible_models", None) or {getattr(synapse_type, "model", None)}
        if getattr(synapse_type, "is_rewired", False) and hasattr(synapse_type, "timing_dependence"):
            models = self._models_that_rewire(synapse_type, models)
        for model in sorted(filter(None, models)):
            if model in self.synapses:
                return self.synapses[model]
        raise NoModelAvailableError(
            f'synapse type {type(synapse_type).__name__} does not exist on platform "{self.name}"; '
            f"it has {', '.join(sorted(self.synapses))}"
        )

    def _models_that_rewire(self, synapse_type, models):
        """Those of the models whose synapses can come and go on this platform."""
        models = models if self.models_that_rewire is None else models & self.models_that_rewire
        if not models:
            raise NoModelAvailableError(
                f"{type(synapse_type.timing_dependence).__name__} cannot be used by "
                f'{type(synapse_type).__name__} on platform "{self.name}": its synapses cannot come and go '
                "during a run there; SpikePairRule and Vogels2011Rule can"
            )
        return models

    def projection_kernel(self, projection):
        """The engine's name for the synapses of a projection that is about to be built."""
        return self.synapse_kernel(projection.synapse_type)

    def engine_receptor(self, kernel, number):
        """The engine's number of a receptor of cells with this CellKernel."""
        return number

    def present_synapses(self, network, part, kernel):
        """Synapses of a part that the engine does not keep in its columns.

        Parameters
        ----------
        network : Network
        part : int
            Its number.
        kernel : str
            The engine's name of the synapses.

        Returns
        -------
        None, or (sources, targets, weights, delays in steps)
        """
        return None

    def log_rewiring(self, network, post, rewiring):
        """Let the engine keep what is formed and eliminated, or no longer; what was kept is forgotten.

        Parameters
        ----------
        network : Network
        post : int
            The engine's number of the target population.
        rewiring : rewiring.Rewiring
            Its `is_logged` says which.
        """
        network.log_rewiring(rewiring.number, rewiring.is_logged)

    def rewiring_events(self, network, rewiring):
        """What was kept: arrays of steps, projections, sources, targets, 1 for formed; None: nothing."""
        return network.rewiring_events(rewiring.number)

    def models_met(self, state):
        """How faithful the models of a network are: list of (model, label, remark), each model once.

        Empty where the platform computes PyNN's equations themselves.
        """
        return []

    def use_extension(self, what, why):
        """Called before something is done that not every machine can; raises where it is refused."""

    def fixes_delays(self, kernel):
        """Whether the delays of synapses that do not learn stay as they are once the network has run."""
        return False

    # -- limits ------------------------------------------------------------------------------------

    # size of the largest number that a parameter, a state or a weight may have
    largest_number = np.inf

    def check_cells(self, kernel, values, present, model):
        """Raise InvalidParameterValueError for values of cells that are right in themselves, but not on this
        machine, with this time step, or together.

        Parameters
        ----------
        kernel : CellKernel
        values : dict of str to array
            New values by native name, each of shape () or (n_cells,).
        present : callable
            `present(name)` -> array: the value of a parameter that is not among the new ones.
        model : str
            Of which cells, for the message.
        """

    def check_synapses(self, kernel, name, values, title):
        """Raise InvalidParameterValueError for values of synapses that are right in themselves, but not on
        this machine.

        Parameters
        ----------
        kernel : str
            The engine's name of the synapses.
        name : str
            A native parameter, neither weight nor delay.
        values : float or array
        title : str
            Of which projection, for the message.
        """

    # -- representation ----------------------------------------------------------------------------

    def encode(self, kernel, name, values):
        """PyNN's values (float array) of a parameter or state as the engine keeps them."""
        return values

    def decode(self, kernel, name, values):
        """The engine's values as PyNN's."""
        return values

    def encode_cells(self, kernel, values, present):
        """New parameters of cells as the engine keeps them.

        Parameters
        ----------
        kernel : CellKernel
        values : dict of str to float array
            By native name.
        present : callable
            `present(name)` -> the present value of a parameter that is not among the new ones.

        Returns
        -------
        dict of the engine's name to float array
        """
        return {kernel.variable(name): self.encode(kernel, name, array) for name, array in values.items()}

    def decode_cells(self, kernel, name, read):
        """A parameter of cells in PyNN's unit; `read(name)` gives the engine's values of a variable."""
        return self.decode(kernel, name, read(kernel.variable(name)))

    def rule_values(self, synapse_type):
        """The numbers of a synapse type's rule, under the names of the engine's kernel."""
        return synapse_type.rule_values()

    def set_list(self, population, name, offsets, numbers):
        """Give cells lists: those of cell i are numbers[offsets[i] : offsets[i + 1]]."""
        population.network.set_list(population.engine_id, name, offsets, numbers)

    def steps_to_change(self, state):
        """Steps until the platform wants to change something by itself; what is due now is changed first.

        Returns
        -------
        int or None
            At least 1; None for never.
        """
        return None

    def normalize_at(self, projection, steps, total, kept):
        """Scale the weights onto each target before these steps.

        Parameters
        ----------
        projection : Projection
        steps : list of int
        total, kept : float
            Their sum, as the user gave it and as the weights are kept.
        """
        for step in steps:
            for part in projection.parts:
                projection.network.schedule(step, "normalize_weights", part.id, [kept])

    def represent(self, state):
        """Represent what depends on the whole network. Called before a run when the network has changed."""

    def reset(self):
        """Called when the simulation goes back to time 0."""

    def add_current(self, population, cells, source, course):
        """Inject a current source into cells.

        Parameters
        ----------
        population : Population
        cells : uint32 array
            Positions, ascending.
        source, course
            The source, whose attributes are PyNN's, and its course, which hands itself to the engine.

        Returns
        -------
        callable
            To be called with the source and its new course when that has changed.
        """
        network = population.network
        current = network.add_current(population.engine_id, cells)
        course.hold_in(network, current)
        return lambda source, course: course.hold_in(network, current)

    def current_samples(self, source, course, first, n):
        """What a source gives at the steps first..first + n - 1, nA."""
        return course.at(first, n)

    def delay_to_steps(self, delays):
        """Delays in ms as whole steps, nearest, at least 1: int, or int32 array for an array."""
        steps = self.clock.to_steps(delays)
        if isinstance(steps, int):
            return max(steps, 1)
        return np.clip(steps, 1, np.iinfo(np.int32).max).astype(np.int32)

    def steps_to_delay(self, steps):
        """Delays in ms of whole steps."""
        return self.clock.to_ms(steps)

    def time_to_steps(self, times):
        """Times in ms (spikes of a source, changes of a current) as steps."""
        return self.clock.to_steps(times)

    # -- reports -----------------------------------------------------------------------------------

    # counter of the engine -> (severity, what happened, remedy) of the finding it makes when it is not 0;
    # None where this platform has nothing to say
    counted = {
        "full_rows": ("note", "{n} synapses were not formed because their row was full", "raise s_max"),
    }
    # what to do about weights that became 0
    remedy_for_lost_weights = "make them larger, or the time step or the largest weights smaller"

    def findings(self, state):
        """What a user should know about the simulation so far: list of `findings.Finding`.

        Called after every run: it must be quick. What the engine counts needs no line here, but one in
        `counted`.
        """
        return []

    def report(self, state):
        """What the report tells of this machine, once it has run: a `sections.Told`.

        `sections` has the parts: names with values, tables, bars, shares, curves, pictures of boards.
        """
        return Told()

    def current_to_steps(self, times):
        """Times in ms at which a current changes as steps."""
        return self.time_to_steps(times)

    def engine_options(self):
        """Keyword arguments of the engine's Network that say what is computed."""
        return {"platform": self.name, "dt": self.clock.timestep, "precision": self.precision}


# Every platform of the project -> its module, or None while it is not part of this version.
_PLATFORMS = {
    "exact": "pynn_neuro.platforms.exact",
    "spinnaker": "pynn_neuro.platforms.spinnaker",
    "loihi": "pynn_neuro.platforms.loihi",
}

# Keywords of `setup` that only some platform knows, also those of platforms that are still to come.
_KEYWORD_OWNERS = {
    "quirks": "spinnaker",
    "strict_machine": "spinnaker",
    "drops": "spinnaker",
    "flavour": "loihi",
    "weight_bits": "loihi",
    "weight_scale": "loihi",
}


def platform_names():
    """Names of the platforms in this version."""
    return tuple(name for name, module in _PLATFORMS.items() if module is not None)


def keyword_owner(keyword):
    """The platform whose `setup` keyword this is, or None."""
    return _KEYWORD_OWNERS.get(keyword)


def platform_keywords():
    """All keywords of `setup` that belong to one platform."""
    return tuple(_KEYWORD_OWNERS)


def get_platform(name):
    """The Platform class of that name.

    Raises
    ------
    PlatformNotAvailableError
        If no platform has the name, or this version does not contain it.
    """
    there = ", ".join(f'"{known}"' for known in platform_names())
    missing = " and ".join(f'"{known}"' for known, module in _PLATFORMS.items() if module is None)
    to_come = f", and {missing} will be in a later version" if missing else ""
    if not isinstance(name, str):
        raise TypeError(f"platform is {name!r}, a {type(name).__name__}; it must be one of the names {there}")
    if name not in _PLATFORMS:
        close = difflib.get_close_matches(name.lower(), _PLATFORMS, 1)
        hint = f'; did you mean "{close[0]}"?' if close else ""
        raise PlatformNotAvailableError(f'there is no platform "{name}"; there is {there}{to_come}{hint}')
    module = _PLATFORMS[name]
    if module is None:
        raise PlatformNotAvailableError(
            f'platform "{name}" is not part of this version of pynn_neuro; there is {there}: ask for it by '
            'setup(platform="exact"), by `pynn-neuro run --platform exact` or by the environment variable '
            "PYNN_NEURO_PLATFORM=exact"
        )
    return importlib.import_module(module).PLATFORM
