"""Neo blocks as plain arrays of rows (cell, time, value), as `spynnaker.pyNN.utilities.neo_convertor`."""

import numpy as np

__all__ = [
    "convert_analog_signal",
    "convert_data",
    "convert_data_list",
    "convert_gsyn",
    "convert_gsyn_exc_list",
    "convert_gsyn_inh_list",
    "convert_spikes",
    "convert_spiketrains",
    "convert_v_list",
    "count_spikes",
    "count_spiketrains",
]


def _segment(block, run):
    if not hasattr(block, "segments"):
        raise TypeError(f"data are {block!r}; they must be what get_data() gives, a neo.Block")
    if not 0 <= run < len(block.segments):
        raise ValueError(
            f"run is {run}, but the data hold {len(block.segments)} runs; the first has the number 0"
        )
    return block.segments[run]


def convert_spiketrains(spiketrains):
    """Rows (index of the cell, time in ms) of a list of Neo spike trains: float array of shape (n, 2)."""
    trains = [train for train in spiketrains if len(train)]
    if not trains:
        return np.zeros((0, 2))
    cells = np.concatenate([np.full(len(train), train.annotations["source_index"]) for train in trains])
    times = np.concatenate([train.rescale("ms").magnitude for train in trains])
    return np.column_stack([cells, times])


def convert_spikes(neo, run=0):
    """Rows (index of the cell, time in ms) of all spikes of one run.

    Parameters
    ----------
    neo : neo.Block
        From `get_data("spikes")`.
    run : int
        Number of the segment: runs are ended by `reset`.

    Returns
    -------
    float array, shape (n, 2)
    """
    return convert_spiketrains(_segment(neo, run).spiketrains)


def convert_analog_signal(signal_array, time_unit="ms"):
    """Rows (index of the cell, time, value), one cell after the other: float array of shape (n, 3)."""
    cells = np.asarray(signal_array.array_annotations["channel_index"])
    times = np.asarray(signal_array.times.rescale(time_unit).magnitude)
    values = np.asarray(signal_array.magnitude)
    return np.column_stack([np.repeat(cells, len(times)), np.tile(times, len(cells)), values.T.reshape(-1)])


def convert_data(data, name, run=0):
    """Rows of one variable of one run: of "spikes" as `convert_spikes`, else as `convert_analog_signal`."""
    if name == "all":
        raise ValueError('name is "all"; convert one variable at a time')
    if name == "spikes":
        return convert_spikes(data, run)
    return convert_analog_signal(_segment(data, run).filter(name=name)[0])


def convert_data_list(data, name, runs=None):
    """`convert_data` of several runs, of all if none are named: list of arrays."""
    runs = range(len(data.segments)) if runs is None else runs
    return [convert_data(data, name, run) for run in runs]


def convert_v_list(data, runs=None):
    """Membrane potentials of several runs: list of arrays (cell, ms, mV)."""
    return convert_data_list(data, "v", runs)


def convert_gsyn_exc_list(data, runs=None):
    """Excitatory synaptic input of several runs: list of arrays (cell, ms, value)."""
    return convert_data_list(data, "gsyn_exc", runs)


def convert_gsyn_inh_list(data, runs=None):
    """Inhibitory synaptic input of several runs: list of arrays (cell, ms, value)."""
    return convert_data_list(data, "gsyn_inh", runs)


def convert_gsyn(gsyn_exc, gsyn_inh):
    """Rows (cell, ms, excitatory, inhibitory) of the first run.

    Raises
    ------
    ValueError
        If the two were not recorded of the same cells at the same times.
    """
    exc = convert_data(gsyn_exc, "gsyn_exc")
    inh = convert_data(gsyn_inh, "gsyn_inh")
    if exc.shape != inh.shape or (exc[:, :2] != inh[:, :2]).any():
        raise ValueError("gsyn_exc and gsyn_inh were not recorded of the same cells at the same times")
    return np.column_stack([exc, inh[:, 2]])


def count_spiketrains(spiketrains):
    """Number of spikes in a list of spike trains."""
    return sum(len(train) for train in spiketrains)


def count_spikes(neo):
    """Number of spikes in the first run of a block."""
    return count_spiketrains(_segment(neo, 0).spiketrains)
