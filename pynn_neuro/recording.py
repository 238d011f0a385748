"""Recorders: what the engine recorded, as Neo objects."""

from datetime import datetime

import neo
import numpy as np
import quantities as pq
from neo.core.baseneo import merge_annotations
from pyNN import recording
from pyNN.recording import Variable

from . import checks, errors, simulator
from .spike_trains import SpikeTrains, joined

__all__ = ["Recorder", "joined_blocks"]

# Synapses onto the cells that are formed and eliminated, as sPyNNaker records them.
REWIRING = "rewiring"


class Recorder(recording.Recorder):
    """What is recorded of one population, and how it is read.

    Attributes
    ----------
    recorded : dict of Variable to set of ID
    sampling_interval : float
        Milliseconds; one for all variables of the population.
    """

    _simulator = simulator

    def __init__(self, population, file=None):
        super().__init__(population, file)
        self._positions = {}  # PyNN variable name -> ascending positions that are recorded
        self._selected = {}  # engine variable name -> ascending positions that the engine records
        self._earlier = {}  # engine variable name -> [(values, first step, positions)] before cells joined

    # -- choosing ----------------------------------------------------------------------------------

    def record(self, variables, ids, sampling_interval=None, locations=None):
        """Add the cells `ids` to those recorded; nothing is added when one variable does not exist."""
        if locations is not None:
            raise ValueError(f"locations is {locations!r}; cells here are points, leave it None")
        wanted = self._localize_variables(variables, None)
        for variable in wanted:
            if not self._can_record(variable.name):
                raise errors.RecordingError(variable.name, self.population.celltype)
        interval = self._interval_in_steps(sampling_interval, wanted)
        self._check_sampling_interval(sampling_interval)
        positions = self._as_positions(ids)
        everything = positions.size == self.population.size
        for variable in wanted:
            old = self._positions.get(variable.name)
            new = positions if old is None or everything else np.union1d(old, positions)
            self.recorded[variable] = self.recorded[variable].union(ids)
            self._positions[variable.name] = new
            self._select(variable.name, interval)

    def _can_record(self, name):
        if name == REWIRING:
            return simulator.state.platform.records_rewiring and bool(self.population.celltype.receptor_types)
        return self.population.can_record(name)

    def _localize_variables(self, variables, locations):
        if isinstance(variables, str):
            variables = list(self.population.celltype.recordable) if variables == "all" else [variables]
        return [v if isinstance(v, Variable) else Variable(v, location=None, label=None) for v in variables]

    def _record(self, variable, new_ids, sampling_interval=None):
        self.record(variable.name, new_ids, sampling_interval)

    def _as_positions(self, ids):
        if len(ids) == self.population.size:
            return np.arange(self.population.size, dtype=np.uint32)
        return np.unique(np.array([int(i) for i in ids]) - int(self.population.first_id)).astype(np.uint32)

    def _interval_in_steps(self, sampling_interval, wanted):
        """Steps between samples; takes the interval over when this is the first variable with samples."""
        state = simulator.state
        samples = [v for v in wanted if v.name not in ("spikes", REWIRING)]
        has_samples = any(name not in ("spikes", REWIRING) for name in self._positions)
        if sampling_interval is not None:
            checks.number(sampling_interval, "sampling_interval", checks.finite("ms"))
            steps = state.platform.clock.to_steps(sampling_interval)
            if steps < 1 or abs(sampling_interval - state.platform.clock.to_ms(steps)) > 1e-6 * state.dt:
                raise ValueError(
                    f'sampling_interval {sampling_interval} ms for "{self.population.label}" is no multiple '
                    f"of the time step; give a whole number times {state.dt} ms"
                )
            if samples and not has_samples:
                self.sampling_interval = sampling_interval
        elif samples and not has_samples:
            self.sampling_interval = state.dt
        return state.platform.clock.to_steps(self.sampling_interval)

    def _select(self, name, interval):
        population = self.population
        if name == "spikes":
            mask = np.zeros(population.size, dtype=np.uint8)
            mask[self._positions[name]] = 1
            population.network.record_spikes(population.engine_id, mask)
            return
        if name == REWIRING:
            self.follow_rewiring()
            return
        engine_name = population._kernel.variable(name)
        positions = self._positions[name]
        if engine_name in self._selected:
            positions = np.union1d(self._selected[engine_name], positions).astype(np.uint32)
            if positions.size == self._selected[engine_name].size:
                return
            self._keep_samples(engine_name, interval)
        self._selected[engine_name] = positions
        population.network.record(population.engine_id, engine_name, positions, interval)

    def follow_rewiring(self):
        """Let the engine keep events of the rewiring, if there is one, and forget those so far."""
        rewiring = simulator.state.rewirings.get(self.population.engine_id)
        if rewiring is not None and (REWIRING in self._positions or rewiring.is_logged):
            rewiring.is_logged = REWIRING in self._positions
            platform = simulator.state.platform
            platform.log_rewiring(self.population.network, self.population.engine_id, rewiring)

    def _keep_samples(self, engine_name, interval):
        """The engine is about to start this variable anew: keep what it has."""
        population = self.population
        values, first, _ = population.network.recorded(population.engine_id, engine_name)
        if values.shape[0] == 0:
            return
        if (simulator.state.step - first) % interval:
            raise ValueError(
                f'cells of "{population.label}" cannot join a recording between two samples; call record() '
                f"at a whole number of sampling intervals ({self.sampling_interval:g} ms) after its start"
            )
        self._earlier.setdefault(engine_name, []).append((values, first, self._selected[engine_name]))

    def _reset(self):
        population = self.population
        nothing = np.zeros(0, dtype=np.uint32)
        for engine_name in self._selected:
            population.network.record(population.engine_id, engine_name, nothing, 1)
        if "spikes" in self._positions:
            population.network.record_spikes(population.engine_id, np.zeros(population.size, dtype=np.uint8))
        self._positions = {}
        self._selected = {}
        self._earlier = {}
        self.follow_rewiring()

    # -- reading -----------------------------------------------------------------------------------

    def get(self, variables, gather=False, filter_ids=None, clear=False, annotations=None, locations=None):
        """What was recorded, as a Neo Block with one Segment per run between resets."""
        state = simulator.state
        with state.timed("read"):
            wanted = "all"
            if variables != "all":
                wanted = [v.name for v in self._localize_variables(variables, locations)]
                for name in wanted:
                    if not self._can_record(name):
                        raise errors.RecordingError(name, self.population.celltype)
            block = neo.Block(name=self.population.label, description=self.population.describe())
            segments = [_with_variables(segment, wanted) for segment in self.cache]
            if state.running:
                segments.append(self._get_current_segment(filter_ids, wanted, clear))
            block.segments = segments
            for segment in segments:
                segment.block = block
            block.rec_datetime = segments[0].rec_datetime if segments else datetime.now()
            block.annotate(**self.metadata)
            if annotations:
                block.annotate(**annotations)
            if clear:
                self.clear()
        return block

    def _get_current_segment(self, filter_ids=None, variables="all", clear=False):
        segment = neo.Segment(
            name=f"segment{simulator.state.segment_counter:03d}",
            description=self.population.describe(),
            rec_datetime=datetime.now(),
        )
        keep = None if filter_ids is None else self._as_positions(filter_ids)
        for name, positions in self._positions.items():
            if variables != "all" and name not in variables:
                continue
            if keep is not None:
                positions = np.intersect1d(positions, keep)
            if name == "spikes":
                self._add_spikes(segment, positions)
            elif name == REWIRING:
                self._add_rewiring(segment, positions)
            elif positions.size:
                self._add_signal(segment, name, positions)
        return segment

    def _add_spikes(self, segment, positions):
        population = self.population
        first_id = int(population.first_id)
        channel_ids = positions.astype(np.int64) + first_id
        id_array, times = self._get_spiketimes(channel_ids)
        t_start, t_stop = self._recording_start_time, simulator.state.t
        if population.spikes_are_off_grid:
            # One of the last step may have been asked for a little later than the end.
            times = np.clip(times, float(t_start.rescale("ms")), t_stop)
        segment.spiketrains = SpikeTrains.of(
            id_array,
            times,
            channel_ids,
            t_start=t_start,
            t_stop=t_stop * pq.ms,
            source_population=population.label,
            source_index=positions.astype(np.int64),
        )
        segment.spiketrains.segment = segment

    def _add_rewiring(self, segment, positions):
        """Two lists of events, synapses formed and eliminated, with the form that sPyNNaker gives them.

        Source: sPyNNaker 7.4.1, `neo_buffer_database.py` (names, descriptions, labels).
        """
        state = simulator.state
        rewiring = state.rewirings.get(self.population.engine_id)
        steps = projections = pre = post = formed = np.zeros(0, dtype=np.int64)
        if rewiring is not None:
            events = state.platform.rewiring_events(self.population.network, rewiring)
            if events is not None:
                steps, projections, pre, post, formed = events
        sources = {part.id: part.pre.population.label for p in state.projections for part in p.parts}
        kept = np.isin(post, positions)
        for kind, suffix, is_kind in (
            ("formation", "form", formed == 1),
            ("elimination", "elim", formed == 0),
        ):
            chosen = np.flatnonzero(kept & is_kind)
            event = neo.Event(
                times=np.asarray(state.platform.clock.to_ms(steps[chosen]), dtype=float),
                labels=[f"{pre[k]}_{post[k]}_{kind}" for k in chosen],
                units="ms",
                name=f"{REWIRING}_{suffix}",
                description=f"Synapse {kind} events",
                array_annotations={
                    "presynaptic_index": pre[chosen].astype(np.int64),
                    "postsynaptic_index": post[chosen].astype(np.int64),
                    "presynaptic_population": np.array([sources[n] for n in projections[chosen]], dtype=str),
                },
            )
            segment.events.append(event)
            event.segment = segment

    def _add_signal(self, segment, name, positions):
        population = self.population
        samples, start, _ = self._samples(name, positions)
        if samples.shape[0] == 0:
            return
        units = population.celltype.units.get(name) or "dimensionless"
        signal = neo.AnalogSignal(
            samples,
            units="dimensionless" if units == "unknown" else units,
            t_start=simulator.state.platform.clock.to_ms(start) * pq.ms,
            sampling_period=self.sampling_interval * pq.ms,
            name=name,
            channel_ids=positions.astype(np.int64) + int(population.first_id),
            source_population=population.label,
            array_annotations={"channel_index": positions.astype(np.int64)},
        )
        segment.analogsignals.append(signal)
        signal.segment = segment

    def _get_spiketimes(self, ids, clear=False):
        """Spikes of the cells `ids` since the start or the last clear: (ID array, times in ms)."""
        population = self.population
        indices, steps = population.network.spikes(population.engine_id)
        if len(ids) < population.size:
            wanted = np.zeros(population.size, dtype=bool)
            wanted[np.asarray(ids, dtype=np.int64) - int(population.first_id)] = True
            chosen = wanted[indices]
            indices, steps = indices[chosen], steps[chosen]
        return indices.astype(np.int64) + int(population.first_id), population.spike_times(indices, steps)

    def _get_all_signals(self, variable, ids, clear=False):
        positions = self._as_positions(ids)
        return self._samples(variable.name, positions)[0], None

    def _samples(self, name, positions):
        """Samples of recorded cells: (array (samples, cells) in PyNN's unit, first step, interval)."""
        population = self.population
        kernel = population._kernel
        engine_name = kernel.variable(name)
        values, first, interval = population.network.recorded(population.engine_id, engine_name)
        selected = self._selected[engine_name]
        for early, early_first, early_cells in reversed(self._earlier.get(engine_name, ())):
            # Cells that joined later have no samples yet: NaN. The sample at the joint is in both parts.
            early = early[: (first - early_first) // interval] if values.shape[0] else early
            wide = np.full((early.shape[0], selected.size), np.nan)
            wide[:, np.searchsorted(selected, early_cells)] = early
            values = np.concatenate([wide, values]) if values.shape[0] else wide
            first = early_first
        if positions.size < selected.size:
            values = values[:, np.searchsorted(selected, positions)]
        values = simulator.state.platform.decode(kernel, engine_name, values)
        return 0.0 - values if population._sign_of(name) < 0 else values, first, interval

    def _local_count(self, variable, filter_ids=None):
        population = self.population
        positions = self._positions.get("spikes", np.zeros(0, dtype=np.uint32))
        if filter_ids is not None:
            positions = np.intersect1d(positions, self._as_positions(filter_ids))
        counts = population.network.spike_counts(population.engine_id)[positions]
        ids = positions.astype(np.int64) + int(population.first_id)
        return dict(zip(ids.tolist(), counts.tolist(), strict=True))

    def _clear_simulator(self):
        # The engine takes the value at the present time as the first sample of what comes next.
        self._earlier = {}
        self.population.network.clear_recorded(self.population.engine_id)
        self.follow_rewiring()

    def store_to_cache(self, annotations=None):
        super().store_to_cache(annotations)
        self._earlier = {}


def _with_variables(segment, names):
    """The segment, or a copy that holds only the variables `names`."""
    if names == "all":
        return segment
    chosen = neo.Segment(
        name=segment.name,
        description=segment.description,
        rec_datetime=segment.rec_datetime,
        **segment.annotations,
    )
    if "spikes" in names:
        chosen.spiketrains = segment.spiketrains
    chosen.analogsignals = [signal for signal in segment.analogsignals if signal.name in names]
    if REWIRING in names:
        chosen.events = segment.events
    return chosen


def joined_blocks(assembly, blocks, annotations=None):
    """The blocks of an assembly's populations as one: PyNN's merge, with each sample copied once.

    Signals of one variable become one signal; where they cannot (other start, length or interval) they stay
    apart. The channel index counts the cells of the assembly.

    Parameters
    ----------
    assembly : Assembly
    blocks : list of neo.Block
        One for each of its populations.
    annotations : dict, optional
        Added to those of the populations.
    """
    offsets = np.cumsum([0] + [population.size for population in assembly.populations]).tolist()
    block = neo.Block(name=assembly.label, description=assembly.describe())
    block.rec_datetime = blocks[0].rec_datetime if blocks else None
    block.annotations = merge_annotations(*(part.annotations for part in blocks)) if blocks else {}
    block.annotate(**(annotations or {}))
    by_name = {}
    for offset, part in zip(offsets, blocks, strict=False):
        for segment in part.segments:
            by_name.setdefault(segment.name, []).append((offset, segment))
    for name, parts in by_name.items():
        first = parts[0][1]
        segment = neo.Segment(name=name, description=first.description, rec_datetime=first.rec_datetime)
        segment.annotations = merge_annotations(*(part.annotations for _, part in parts))
        lists = [part.spiketrains for _, part in parts]
        trains = joined(lists)
        segment.spiketrains = SpikeTrains([t for part in lists for t in part]) if trains is None else trains
        segment.spiketrains.segment = segment
        groups = {}
        for offset, part in parts:
            for signal in part.analogsignals:
                shape = (signal.name, signal.shape[0], float(signal.t_start), float(signal.sampling_period))
                groups.setdefault(shape, []).append((offset, signal))
        segment.analogsignals = [_joined_signals(group) for group in groups.values()]
        segment.events = [event for _, part in parts for event in part.events]
        for signal in segment.analogsignals:
            signal.segment = segment
        segment.block = block
        block.segments.append(segment)
    return block


def _joined_signals(group):
    """One signal of several with the same name, start, length and interval: [(first index, signal), ...]."""
    first = group[0][1]
    samples = [signal.rescale(first.units).magnitude for _, signal in group]
    return neo.AnalogSignal(
        np.hstack(samples) if len(samples) > 1 else samples[0],
        units=first.units,
        t_start=first.t_start,
        sampling_rate=first.sampling_rate,
        name=first.name,
        array_annotations={
            "channel_index": np.concatenate(
                [signal.array_annotations["channel_index"] + offset for offset, signal in group]
            )
        },
        **merge_annotations(*(signal.annotations for _, signal in group)),
    )
