"""What the machine does that its authors hardly meant: names, switches, advice, and where a run meets it.

Notes
-----
Each was found in sPyNNaker 7.4.1 (host) or the C sources of October 2023, several also in the released
binaries. A quirk with a bit is switched in the engine (`csrc/spinnaker/quirks.h`), one without by the numbers
that the host writes.
"""

import difflib
from typing import NamedTuple

from ... import findings
from .exceptions import ConfigurationException

__all__ = ["QUIRKS", "Finding", "Quirk", "chosen", "engine_bits"]


class Quirk(NamedTuple):
    """One quirk."""

    bit: int | None  # the engine's; None where the host decides
    sentence: str
    advice: str
    # how much it may change a result: the larger the worse; orders the findings of a run
    severity: int


QUIRKS = {
    "plastic_delay_code_0": Quirk(
        0,
        "plastic synapses with a delay of exactly as many steps as a core has slots never deliver",
        "give the longest delay onto these cells one step more or less, so that it is no power of two",
        9,
    ),
    "alpha_coefficient_modulo": Quirk(
        1,
        "the coefficient dt / tau^2 of alpha synapses loses its whole part",
        "give tau_syn_E and tau_syn_I more than sqrt(dt)",
        9,
    ),
    "poisson_cutoffs": Quirk(
        2,
        "slow, fast and faster Poisson sources are parted at twice the rates that are meant",
        "nothing, if the rate counts: the three ways have nearly the same statistics",
        1,
    ),
    "poisson_silence": Quirk(
        16,
        "Poisson sources of about 10.4 to 20 spikes a step never fire, for e^-mean is 0 in their arithmetic",
        "give rates of less than 10 or more than 20 spikes a step: more sources, or another time step",
        9,
    ),
    "poisson_whole_intervals": Quirk(
        3,
        "mean intervals of slow Poisson sources are cut to whole steps, so that they fire too often",
        "choose rates whose mean interval is a whole number of steps, or a shorter time step",
        3,
    ),
    "product_order": Quirk(
        4,
        "products are taken in another order than the sources say, which moves their last bit",
        "nothing: a result that depends on it depends on any rounding",
        1,
    ),
    "nearest_ghost_spike": Quirk(
        5,
        "the nearest-pair rule sees a presynaptic spike at time 0 that never was",
        "begin the input some time constants after the start, or let the sources fire at time 0",
        4,
    ),
    "trace_wrap": Quirk(
        6,
        "plasticity traces wrap to negative numbers above 16",
        "lower the rates, or shorten the rule's time constants, so that less than 16 spikes fall into one",
        6,
    ),
    "exp_zero": Quirk(
        7,
        "a synaptic time constant above 32768 steps decays at once instead of never",
        "shorten tau_syn",
        8,
    ),
    "sine_crest": Quirk(
        8,
        "the sine of AC sources jumps to -1 for arguments just below a crest",
        "use a step source with the samples of the sine, or accept single steps of the wrong sign",
        5,
    ),
    "step_source_calls": Quirk(
        9,
        "a step source takes one entry a call, so cells of one core that share it advance it together",
        "inject a step source of its own into every cell, with times on different steps",
        5,
    ),
    "stochastic_threshold_sign": Quirk(
        10,
        "the stochastic threshold has a sign wrong: cells fire for certain just below v_thresh",
        "raise v_thresh by some 5 du_th, or use a cell with a fixed threshold and noise",
        8,
    ),
    "vogels_weight_wrap": Quirk(
        11,
        "the rule of Vogels et al. lets weights fall below 0, where they wrap to the largest",
        "lower alpha (the wanted rate) or A_plus, or begin with larger weights",
        10,
    ),
    "delay_extension_lateness": Quirk(
        12,
        "spikes that reach a delay extension late are delivered twice as late",
        "give the machine more time: setup(time_scale_factor=...)",
        2,
    ),
    "neuromodulation_flags": Quirk(
        13,
        "neuromodulation takes rewards for spikes and spikes for rewards where synapses have delays",
        "give the plastic synapses the shortest delay",
        8,
    ),
    "structural_row_limit": Quirk(
        14,
        "a source can form no more synapses onto a core than a cell may have (s_max)",
        "raise s_max",
        3,
    ),
    "structural_delay_end": Quirk(
        15,
        "the largest delay of new synapses is never drawn",
        "give one step more as the largest initial_delay",
        2,
    ),
    "structural_eligibility": Quirk(
        17,
        "eliminations under neuromodulation compare the eligibility with the threshold, not the weight",
        "give prob_elim_depressed and prob_elim_potentiated the same value",
        6,
    ),
    "conductance_total_unscaled": Quirk(
        None,
        "the bound on summed conductances lacks a factor of 1024, so that sums may saturate",
        "give the population max_expected_summed_weight, or a larger ring_buffer_sigma",
        4,
    ),
    "array_connector_uncounted": Quirk(
        None,
        "the bound on summed weights counts no connection of an ArrayConnector, so that sums may saturate",
        "give the same connections with FromListConnector, or the population max_expected_summed_weight",
        4,
    ),
    "poisson_rate_ignored": Quirk(
        None,
        "the bound on summed weights takes 30 Hz for every Poisson source, whatever its rate",
        "give the target population spikes_per_second",
        4,
    ),
    "additive_amplitudes_unscaled": Quirk(
        None,
        "A_plus and A_minus of additive rules are steps of the weight, not shares of w_max",
        "multiply A_plus and A_minus by w_max",
        7,
    ),
    "structural_grid_halved": Quirk(
        None,
        "distances of structural plasticity are wrong on grids with more than one place along x",
        "use a grid of 1 x n",
        6,
    ),
    "stochastic_threshold_unseeded": Quirk(
        None,
        "the generator of stochastic thresholds has the same seed on every core and in every run",
        "expect cells at the same place of different cores to draw alike",
        4,
    ),
    "ac_frequency_in_ticks": Quirk(
        None,
        "AC sources count steps as if they were milliseconds, so the frequency is right at 1 ms only",
        "multiply the frequency by the time step in ms",
        7,
    ),
}


class Finding(NamedTuple):
    """A quirk that a run met."""

    quirk: str
    where: str  # what it met: labels, numbers
    count: int
    unit: str = "time"  # what is counted: times, or cells, sources, synapses that it met

    @property
    def severity(self):
        return QUIRKS[self.quirk].severity

    @property
    def sentence(self):
        """The whole of it, with the advice."""
        quirk = QUIRKS[self.quirk]
        return f"{quirk.sentence} ({self.count} {self._units}): {self.where}; {quirk.advice}"

    @property
    def _units(self):
        return self.unit if self.count == 1 else f"{self.unit}s"

    @property
    def told(self):
        """As a finding of any platform: severities above 5 change results, those of 1 hardly ever do."""
        quirk = QUIRKS[self.quirk]
        level = "serious" if quirk.severity > 5 else "warning" if quirk.severity > 1 else "note"
        switch = f'setup(quirks={{"{self.quirk}": False}}) computes it as it was meant'
        what = f'quirk "{self.quirk}": {quirk.sentence} ({{n}} {self._units})'
        return findings.Finding(level, what, self.where, self.count, f"{quirk.advice}; {switch}", self.quirk)


def chosen(given):
    """Which quirks are on.

    Parameters
    ----------
    given : bool or dict of str to bool or None
        What the user gave to `setup(quirks=...)`; None means all.

    Returns
    -------
    frozenset of str

    Raises
    ------
    ConfigurationException
        For an unknown name.
    TypeError
        For anything but truth values.
    """
    if given is None or given is True:
        return frozenset(QUIRKS)
    if given is False:
        return frozenset()
    if not isinstance(given, dict):
        raise TypeError(
            f"quirks of setup() is {given!r}; it must be True (all), False (none) or a dict such as "
            '{"plastic_delay_code_0": False}'
        )
    on = set(QUIRKS)
    for name, value in given.items():
        if name not in QUIRKS:
            close = difflib.get_close_matches(str(name), QUIRKS, 1, 0.4)
            hint = f'did you mean "{close[0]}"? ' if close else ""
            raise ConfigurationException(
                f'quirks of setup() has "{name}", which is none; {hint}There are {", ".join(QUIRKS)}'
            )
        if not isinstance(value, bool):
            raise TypeError(f'quirks["{name}"] of setup() is {value!r}; it must be True or False')
        if not value:
            on.discard(name)
    return frozenset(on)


def engine_bits(on):
    """The number that a kernel takes as its quirks."""
    off = [quirk.bit for name, quirk in QUIRKS.items() if quirk.bit is not None and name not in on]
    return float(-1 & ~sum(1 << bit for bit in off))
