"""Structural plasticity: synapse types whose synapses are eliminated and formed during a run.

Written and used as in sPyNNaker: a mechanism is made of a partner selection, a formation rule and an
elimination rule.
"""

from numbers import Real

from pyNN.errors import InvalidParameterValueError, NoModelAvailableError

from .. import simulator
from ..checks import count, finite, flag, in_range, non_negative, number, positive
from ..standardmodels.synapses import StaticSynapse, STDPMechanism

__all__ = [
    "DistanceDependentFormation",
    "LastNeuronSelection",
    "RandomByWeightElimination",
    "RandomSelection",
    "StructuralMechanismSTDP",
    "StructuralMechanismStatic",
]

# Plasticity whose synapses can come and go on some platform.
MODELS_THAT_REWIRE = frozenset({"stdp", "stdp_vogels", "stdp_vogels_alpha", "stdp_nearest"})


class RandomSelection:
    """A new synapse may come from any source: a projection at random, then one of its cells."""

    def rules(self):
        """Its part of the engine's rules: dict of name to number."""
        return {"spike_buffer_size": 0}


class LastNeuronSelection:
    """A new synapse comes from a source that fired in the step before, if any did.

    Parameters
    ----------
    spike_buffer_size : int
        One of the first so many spikes of that step is taken (projections in the order of their making, cells
        in ascending order); at least 1.

    Notes
    -----
    The machine takes spikes in the order of their arrival, and those of an earlier step after a silent one.
    """

    def __init__(self, spike_buffer_size=64):
        self.spike_buffer_size = count(spike_buffer_size, "spike_buffer_size of LastNeuronSelection", 1)

    def rules(self):
        """Its part of the engine's rules: dict of name to number."""
        return {"spike_buffer_size": self.spike_buffer_size}


class DistanceDependentFormation:
    """A selected pair of cells is joined with probability p * exp(-distance**2 / (2 * sigma**2)).

    Parameters
    ----------
    grid : (int, int)
        Places along x and y; cell i of each population stands at x = i // grid[1], y = i % grid[1]. Opposite
        edges are joined. The grid must have a place for every cell.
    p_form_forward, sigma_form_forward : float
        From another population: probability at distance 0, and width in places of the grid.
    p_form_lateral, sigma_form_lateral : float
        Within the population.

    Notes
    -----
    The machine computes places with reciprocals of the grid that are half as large as they should be, and
    probabilities in 16 bits; here both are exact.
    """

    def __init__(
        self,
        grid=(16, 16),
        p_form_forward=0.16,
        sigma_form_forward=2.5,
        p_form_lateral=1.0,
        sigma_form_lateral=1.0,
    ):
        try:
            grid_x, grid_y = grid
        except (TypeError, ValueError):
            raise InvalidParameterValueError(
                f"grid of DistanceDependentFormation is {grid!r}; it must be two whole numbers, "
                "the places along x and y"
            ) from None
        self.grid = tuple(self._places(n, axis) for n, axis in ((grid_x, "x"), (grid_y, "y")))
        for name, value, demand in (
            ("p_form_forward", p_form_forward, in_range(0, 1)),
            ("sigma_form_forward", sigma_form_forward, positive()),
            ("p_form_lateral", p_form_lateral, in_range(0, 1)),
            ("sigma_form_lateral", sigma_form_lateral, positive()),
        ):
            setattr(self, name, number(value, f"{name} of DistanceDependentFormation", demand))

    @staticmethod
    def _places(n, axis):
        # Scripts give square roots of a number of cells.
        if isinstance(n, Real) and not isinstance(n, bool) and float(n).is_integer():
            n = int(n)
        return count(n, f"grid of DistanceDependentFormation along {axis}", 1)

    def rules(self):
        """Its part of the engine's rules: dict of name to number."""
        return {
            "grid_x": self.grid[0],
            "grid_y": self.grid[1],
            "p_form_forward": self.p_form_forward,
            "sigma_form_forward": self.sigma_form_forward,
            "p_form_lateral": self.p_form_lateral,
            "sigma_form_lateral": self.sigma_form_lateral,
        }


class RandomByWeightElimination:
    """A synapse is eliminated with a probability that depends on its weight at that moment.

    Parameters
    ----------
    threshold : float
        Magnitudes of weights below it count as depressed, others as potentiated (nA or uS).
    prob_elim_depressed, prob_elim_potentiated : float
        Probability of elimination of either.
    """

    def __init__(self, threshold, prob_elim_depressed=0.0245, prob_elim_potentiated=1.36e-4):
        self.threshold = number(threshold, "threshold of RandomByWeightElimination", finite())
        for name, value in (
            ("prob_elim_depressed", prob_elim_depressed),
            ("prob_elim_potentiated", prob_elim_potentiated),
        ):
            setattr(self, name, number(value, f"{name} of RandomByWeightElimination", in_range(0, 1)))

    def rules(self):
        """Its part of the engine's rules: dict of name to number."""
        return {
            "threshold": self.threshold,
            "prob_elim_depressed": self.prob_elim_depressed,
            "prob_elim_potentiated": self.prob_elim_potentiated,
        }


class Rewired:
    """Mixin of synapse types whose synapses come and go.

    Attributes
    ----------
    partner_selection, formation, elimination
        The three rules.
    f_rew : float
        Attempts a second.
    initial_weight : float
    initial_delay : float or (float, float)
    s_max : int
    with_replacement : bool
    seed : int or None
    row_capacity : int or None
    """

    is_rewired = True

    def _set_rewiring(
        self,
        partner_selection,
        formation,
        elimination,
        f_rew,
        initial_weight,
        initial_delay,
        s_max,
        with_replacement,
        seed,
        row_capacity,
    ):
        kind = type(self).__name__
        for name, part, example in (
            ("partner_selection", partner_selection, "RandomSelection()"),
            ("formation", formation, "DistanceDependentFormation()"),
            ("elimination", elimination, "RandomByWeightElimination(threshold=0.5)"),
        ):
            allowed = _PARTS[name]
            if not isinstance(part, allowed):
                raise TypeError(f"{name} of {kind} is {part!r}; it must be an object such as {example}")
        if not isinstance(with_replacement, bool):
            raise TypeError(f"with_replacement of {kind} is {with_replacement!r}; it must be True or False")
        self.partner_selection = partner_selection
        self.formation = formation
        self.elimination = elimination
        self.f_rew = number(f_rew, f"f_rew of {kind}", non_negative("Hz"))
        self.initial_weight = number(initial_weight, f"initial_weight of {kind}", finite())
        self.initial_delay = self._delays(initial_delay, kind)
        self.s_max = count(s_max, f"s_max of {kind}", 1)
        self.with_replacement = with_replacement
        self.seed = None if seed is None else count(seed, f"seed of {kind}")
        self.row_capacity = (
            None if row_capacity is None else count(row_capacity, f"row_capacity of {kind}", 1)
        )

    @staticmethod
    def _delays(delays, kind):
        if isinstance(delays, (tuple, list)):
            if len(delays) != 2:
                raise InvalidParameterValueError(
                    f"initial_delay of {kind} is {delays!r}; it must be a number of ms, or the smallest and "
                    "the largest"
                )
            low, high = (number(d, f"initial_delay of {kind}", non_negative("ms")) for d in delays)
            if low > high:
                raise InvalidParameterValueError(
                    f"initial_delay of {kind} goes from {low:g} to {high:g} ms; exchange them"
                )
            return low, high
        return number(delays, f"initial_delay of {kind}", non_negative("ms"))

    @property
    def delay_range(self):
        """Smallest and largest delay of a new synapse, ms."""
        return self.initial_delay if isinstance(self.initial_delay, tuple) else (self.initial_delay,) * 2

    def rewiring_rules(self):
        """Rules of the engine that do not depend on a projection: dict of name to number."""
        return {
            "f_rew": self.f_rew,
            "s_max": self.s_max,
            "with_replacement": int(self.with_replacement),
            **self.partner_selection.rules(),
            **self.formation.rules(),
            **self.elimination.rules(),
        }


_PARTS = {
    "partner_selection": (RandomSelection, LastNeuronSelection),
    "formation": (DistanceDependentFormation,),
    "elimination": (RandomByWeightElimination,),
}

_PARAMETERS = """
    All projections of such types onto a population share the slots of its cells, and must agree in
    everything but `weight` and `delay`; on platform "spinnaker" the chances and widths of formation and
    elimination, and the threshold, may differ too. Attempts are made between two steps, `f_rew` a second. An
    attempt takes a cell of the population and one of its `s_max` slots at random. If the slot is empty, a
    source is selected and a synapse formed, both as the rules say; if it holds a synapse, that may be
    eliminated.

    Parameters
    ----------
    partner_selection : RandomSelection or LastNeuronSelection
        Where a new synapse may come from.
    formation : DistanceDependentFormation
    elimination : RandomByWeightElimination{plasticity}
    f_rew : float
        Attempts a second, of all cells together.
    initial_weight : float
        Of new synapses.
    initial_delay : float or (float, float)
        Of new synapses, ms; with two numbers each step from the first to the second is as likely.
    s_max : int
        Most synapses onto a cell, of all these projections together.
    with_replacement : bool
        Whether a pair of cells may have several synapses.
    seed : int, optional
        Of the attempts; that of `setup` if not given.
    weight, delay
        Of the synapses that the connector makes.{more}
    row_capacity : int, optional
        Most synapses of a source cell in a projection; a synapse that finds no room is not formed, and
        counted ("full_rows" in the report). If not given, four times the mean at full slots, or more if
        `s_max` or the first synapses need it. This keyword is our own.

    Raises
    ------
    ConnectionError
        At the projection: for views of populations, a grid without a place for every cell, more than `s_max`
        synapses onto a cell at the start, and mechanisms onto one population that do not agree.

    Notes
    -----
    `Projection.get`, `set` and `save` deal with the synapses that exist at that moment; `reset` restores
    the first ones. Source: Bogdan et al. (2018), Frontiers in Neuroscience 12:434, and the structural
    mechanisms of sPyNNaker 7.4. On the machine a row has room for `s_max` synapses on each core, and the
    largest delay never occurs.{note}
    """


class StructuralMechanismStatic(Rewired, StaticSynapse):
    __doc__ = "Static synapses that are eliminated and formed during a run.\n" + _PARAMETERS.format(
        plasticity="", more="", note=""
    )

    def __init__(
        self,
        partner_selection,
        formation,
        elimination,
        f_rew=10000.0,
        initial_weight=0.0,
        initial_delay=1.0,
        s_max=32,
        with_replacement=True,
        seed=None,
        weight=0.0,
        delay=None,
        row_capacity=None,
    ):
        self._set_rewiring(
            partner_selection,
            formation,
            elimination,
            f_rew,
            initial_weight,
            initial_delay,
            s_max,
            with_replacement,
            seed,
            row_capacity,
        )
        StaticSynapse.__init__(self, weight=weight, delay=delay)


class StructuralMechanismSTDP(Rewired, STDPMechanism):
    __doc__ = "Plastic synapses that are eliminated and formed during a run.\n" + _PARAMETERS.format(
        plasticity="""
    timing_dependence, weight_dependence
        As for `STDPMechanism`; timing rules of all pairs of spikes: `SpikePairRule` and `Vogels2011Rule`. On
        platform "spinnaker" `SpikePairRule` and `extra_models.SpikeNearestPairRule`.
    voltage_dependence : None
    dendritic_delay_fraction : float""",
        more="""
    backprop_delay : bool
        Whether postsynaptic spikes reach the synapse after the dendritic share of its delay; False on
        platform "spinnaker" only.""",
        note=""" A new synapse knows no spike from before it came, while on the machine it takes over the
    trace of its row.""",
    )

    def __init__(
        self,
        partner_selection,
        formation,
        elimination,
        timing_dependence=None,
        weight_dependence=None,
        voltage_dependence=None,
        dendritic_delay_fraction=1.0,
        f_rew=10000.0,
        initial_weight=0.0,
        initial_delay=1.0,
        s_max=32,
        with_replacement=True,
        seed=None,
        weight=0.0,
        delay=None,
        backprop_delay=True,
        row_capacity=None,
    ):
        self._set_rewiring(
            partner_selection,
            formation,
            elimination,
            f_rew,
            initial_weight,
            initial_delay,
            s_max,
            with_replacement,
            seed,
            row_capacity,
        )
        self.backprop_delay = flag(backprop_delay, "backprop_delay of StructuralMechanismSTDP")
        self._check_backprop_delay()
        STDPMechanism.__init__(
            self,
            timing_dependence,
            weight_dependence,
            voltage_dependence,
            dendritic_delay_fraction,
            weight,
            delay,
        )

    def _check_backprop_delay(self):
        platform = simulator.state.platform
        if not self.backprop_delay and not platform.has_backprop_delay:
            raise InvalidParameterValueError(
                f'backprop_delay of StructuralMechanismSTDP is False; on platform "{platform.name}" it must '
                "be True: how much of the delay lies behind the synapse is said by dendritic_delay_fraction"
            )

    def check_projection(self, projection):
        """Raise InvalidParameterValueError where the platform's plasticity always takes notice of delays."""
        super().check_projection(projection)
        self._check_backprop_delay()

    @property
    def possible_models(self):
        """Names of the plasticity models that have both rules and can rewire on some platform."""
        models = super().possible_models & MODELS_THAT_REWIRE
        if not models:
            raise NoModelAvailableError(
                f"{type(self.timing_dependence).__name__} cannot be used by StructuralMechanismSTDP: its "
                "synapses cannot come and go during a run; SpikePairRule and Vogels2011Rule can, on platform "
                '"spinnaker" also extra_models.SpikeNearestPairRule'
            )
        return models
