# cython: language_level=3
"""The only module that sees C: handles, arrays in and out, codes to exceptions.

Values are in the representation of the network's platform; times are in steps. See `Network`.
"""

from operator import index

import numpy as np

from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy

from . import errors

__all__ = [
    "Network", "cos", "draw", "exp", "isa_list", "log", "memory_available", "noise_current", "power", "sin",
    "sine_current", "sqrt",
]

_ROLES = ("parameter", "state", "internal")
_ACTIONS = {"reset_state": 0, "normalize_weights": 1, "mark": 2}
_SECONDS_OF_A_SLICE = 0.1


cdef int check(neuro_network_t *network, neuro_status_t status) except -1:
    """Turn a status into the exception that `errors.from_status` lists for it."""
    if status == NEURO_OK:
        return 0
    raise errors.from_status(status, neuro_error_detail(network).decode())


cdef bytes name_of(object name):
    if not isinstance(name, str):
        raise TypeError(f"a name must be a str, not {type(name).__name__}")
    return name.encode()


def _doubles(values):
    return np.ascontiguousarray(np.atleast_1d(np.asarray(values, dtype=np.float64)).reshape(-1))


def _indices(values):
    array = np.asarray(values)
    if array.size == 0:
        return np.empty(0, dtype=np.uint32)
    if array.dtype.kind not in "iu" or array.min() < 0 or array.max() > 0xFFFFFFFF:
        raise errors.InvalidParameterValueError(
            f"indices must be whole numbers of 0 to 4294967295, not {array.dtype} from {array.min()} to {array.max()}")
    return np.ascontiguousarray(array.reshape(-1), dtype=np.uint32)


def _steps(values):
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(f"steps must be whole numbers, not {array.dtype}")
    return np.ascontiguousarray(array.reshape(-1), dtype=np.int64)


cdef class _Ends:
    """Source and target indices of a connector, kept alive while C reads them."""
    cdef neuro_ends_t ends
    cdef object _pre, _post

    def __cinit__(self, pre, post, allow_self=True):
        cdef uint32_t[::1] view
        self.ends.pre = NULL
        self.ends.post = NULL
        self.ends.allow_self = bool(allow_self)
        if pre is not None:
            self._pre = np.append(_indices(pre), np.uint32(0))
            view = self._pre
            self.ends.pre = &view[0]
            self.ends.n_pre = <uint32_t> (len(self._pre) - 1)
        if post is not None:
            self._post = np.append(_indices(post), np.uint32(0))
            view = self._post
            self.ends.post = &view[0]
            self.ends.n_post = <uint32_t> (len(self._post) - 1)


cdef class Network:
    """A network of the engine: populations and projections are numbers in the order of their making.

    Parameters
    ----------
    platform : str
        Whose arithmetic, step order and kernels: "exact", "spinnaker", "loihi".
    dt : float
        Time step, ms; above 0.
    seed : int
        Of every random stream, 0 to 2**64 - 1.
    precision : {"double", "single"}
        Of real-valued platforms.
    threads : int
        0: chosen by the size of the network at each run.
    isa : str
        Instruction set of the kernels: "" for the best of this CPU, or "base", "v2", "v3", "v4".

    Raises
    ------
    ValueError
        For a value that the engine does not take.
    EngineClosedError
        By every method once the network is closed.
    """
    cdef neuro_network_t *_network
    cdef readonly str platform
    cdef readonly double dt
    cdef bint _is_running
    cdef list _n_cells  # of every population

    def __cinit__(self, platform="exact", double dt=0.1, seed=0, precision="double", threads=0, isa=""):
        cdef neuro_status_t status
        cdef bytes platform_name = name_of(platform), isa_name = name_of(isa)
        cdef const char *platform_text = platform_name
        cdef const char *isa_text = isa_name
        if precision not in ("double", "single"):
            raise ValueError(f'precision is {precision!r}; it must be "double" or "single"')
        if not 0 <= int(threads) <= 1024:
            raise ValueError(f"threads is {threads}; it must be 0 (by size) to 1024")
        if not 0 <= int(seed) < 2**64:
            raise ValueError(f"seed is {seed}; it must be 0 to 2**64 - 1")
        self._n_cells = []
        self.platform = platform
        self.dt = dt
        status = neuro_network_create(
            &self._network, platform_text, dt, int(seed), precision == "single", int(threads), isa_text)
        if status != NEURO_OK:
            error = errors.from_status(status, neuro_error_detail(self._network).decode())
            neuro_network_free(self._network)
            self._network = NULL
            raise error

    def __dealloc__(self):
        neuro_network_free(self._network)

    def close(self):
        """Free everything; closing twice is harmless."""
        if self._is_running:
            raise errors.EngineError("the network is running; it can be closed when run() has returned")
        neuro_network_free(self._network)
        self._network = NULL

    cdef neuro_network_t *open(self) except NULL:
        if self._network == NULL:
            raise errors.EngineClosedError("this network is closed; its populations belong to an earlier setup()")
        if self._is_running:
            raise errors.EngineError("the network is running in another thread")
        return self._network

    # ---- network ----------------------------------------------------------------------------------------------

    @property
    def is_closed(self):
        return self._network == NULL

    @property
    def step(self):
        """Steps of simulated time that have passed."""
        return neuro_network_step(self.open())

    @property
    def n_threads(self):
        """Threads of the last run; 0 before the first."""
        return neuro_network_threads(self.open())

    @property
    def isa(self):
        """Instruction set that the kernels are compiled for."""
        return neuro_network_isa(self.open()).decode()

    def run(self, n_steps, double max_seconds=_SECONDS_OF_A_SLICE):
        """Run at most `n_steps` steps, stopping at a step boundary after `max_seconds` of wall time.

        The GIL is released meanwhile. Returns the number of steps done.
        """
        cdef neuro_network_t *network = self.open()
        cdef int64_t done = 0, wanted
        cdef neuro_status_t status
        if not 0 <= index(n_steps) < 2**63:
            raise ValueError(f"a run of {n_steps} steps; time goes forward only, and not for ever")
        wanted = n_steps
        self._is_running = True
        with nogil:
            status = neuro_network_run(network, wanted, max_seconds, &done)
        self._is_running = False
        check(network, status)
        return done

    def run_all(self, n_steps):
        """Run `n_steps` steps, letting signals in every 0.1 s; after an interrupt the run can be continued."""
        cdef int64_t done = 0
        while done < index(n_steps):
            done += self.run(n_steps - done)
            PyErr_CheckSignals()
        return done

    def reset(self):
        """Back to step 0: initial states and weights; recorded data are dropped, selections and parameters stay."""
        cdef neuro_network_t *network = self.open()
        check(network, neuro_network_reset(network))

    def counters(self):
        """dict: what was counted since the network was made, and wall seconds by phase."""
        cdef neuro_network_t *network = self.open()
        cdef double total, update, deliver
        cdef uint32_t i
        cdef uint64_t[::1] values = np.zeros(neuro_network_n_counters(), dtype=np.uint64)
        neuro_network_counters(network, &values[0])
        counts = {neuro_network_counter_name(i).decode(): values[i] for i in range(neuro_network_n_counters())}
        neuro_network_seconds(network, &total, &update, &deliver)
        counts["wall_seconds"] = {"total": total, "update": update, "deliver": deliver}
        return counts

    def counters_of(self, str kind, uint32_t number):
        """dict: what was counted of population or projection (`kind`) `number` since the network was made."""
        cdef neuro_network_t *network = self.open()
        cdef uint64_t value
        cdef uint32_t i
        counts = {}
        for i in range(neuro_network_n_counters()):
            if kind == "population":
                check(network, neuro_population_counter(network, number, i, &value))
            else:
                check(network, neuro_projection_counter(network, number, i, &value))
            counts[neuro_network_counter_name(i).decode()] = value
        return counts

    def timeline_of(self, str kind, uint32_t number):
        """When the cells of a population fired, or sums of a projection saturated.

        Returns
        -------
        first, last : int
            Steps; -1 for none.
        bin_steps : int
            Steps of one bin.
        counts : uint64 array
            Of the bins, from step 0 on.
        """
        cdef neuro_network_t *network = self.open()
        cdef int64_t first, last, bin_steps
        cdef uint64_t[::1] bins = np.zeros(neuro_timeline_n_bins(), dtype=np.uint64)
        if kind == "population":
            check(network, neuro_population_timeline(network, number, &first, &last, &bin_steps, &bins[0]))
        else:
            check(network, neuro_projection_timeline(network, number, &first, &last, &bin_steps, &bins[0]))
        return first, last, bin_steps, np.asarray(bins)

    def population_bytes(self, uint32_t population):
        """Bytes that a population holds."""
        cdef neuro_network_t *network = self.open()
        cdef size_t n
        check(network, neuro_population_bytes_held(network, population, &n))
        return n

    def memory(self):
        """dict: bytes of populations and projections."""
        cdef size_t populations, projections
        neuro_network_bytes(self.open(), &populations, &projections)
        return {"populations": populations, "projections": projections}

    def schedule(self, int64_t step, str kind, int64_t target=-1, value=None):
        """Let the engine act by itself when `step` steps have passed.

        kind "reset_state": dynamic state of population `target` (-1: of all) to its initial values; "normalize_weights":
        weights of projection `target` onto each cell to the sum `value`; "mark": note the counters under label `target`.
        """
        cdef neuro_network_t *network = self.open()
        if kind not in _ACTIONS:
            raise ValueError(f"action {kind!r}; known are {sorted(_ACTIONS)}")
        if isinstance(value, (list, tuple)):
            (value,) = value
        check(network, neuro_network_schedule(
            network, step, _ACTIONS[kind], target, 0.0 if value is None else float(value)))

    def schedule_spikes(self, uint32_t population, steps, indices):
        """Add a packed batch of spikes to a source of spike trains."""
        self.add_spikes(population, steps, indices)

    def marks(self):
        """list of (label, step, counters)."""
        cdef neuro_network_t *network = self.open()
        cdef uint64_t[::1] counters = np.zeros(neuro_network_n_counters(), dtype=np.uint64)
        cdef int64_t label, step
        cdef uint64_t i
        names = [neuro_network_counter_name(i).decode() for i in range(neuro_network_n_counters())]
        marks = []
        for i in range(neuro_network_n_marks(network)):
            check(network, neuro_network_mark(network, i, &label, &step, &counters[0]))
            marks.append((label, step, dict(zip(names, map(int, counters)))))
        return marks

    # ---- kernels of the platform ------------------------------------------------------------------------------

    def kernel_names(self, kind):
        """Names of all kernels of a kind, "neuron" or "synapse"."""
        cdef neuro_network_t *network = self.open()
        cdef const char *name
        names = []
        while True:
            name = neuro_kernel_name(network, kind == "synapse", <uint32_t> len(names))
            if name == NULL:
                return names
            names.append(name.decode())

    def neuron_kernel(self, kernel):
        """(number of receptors, whether current can be injected, [(variable, role, default)], [list])."""
        cdef neuro_network_t *network = self.open()
        cdef bytes kernel_name = name_of(kernel)
        cdef const char *text = kernel_name
        cdef const char *name
        cdef uint32_t n_receptors
        cdef bool_t takes_current
        cdef int role
        cdef double default
        check(network, neuro_neuron_kernel(network, text, &n_receptors, &takes_current))
        variables, lists = [], []
        while True:
            name = neuro_neuron_kernel_variable(network, text, <uint32_t> len(variables), &role, &default)
            if name == NULL:
                break
            variables.append((name.decode(), _ROLES[role], default))
        while True:
            name = neuro_neuron_kernel_list(network, text, <uint32_t> len(lists))
            if name == NULL:
                return n_receptors, bool(takes_current), variables, lists
            lists.append(name.decode())

    def synapse_kernel(self, kernel):
        """([(number of the projection, default)], [(column that is offered, default)]) beside weight and delay."""
        cdef neuro_network_t *network = self.open()
        cdef bytes kernel_name = name_of(kernel)
        cdef const char *text = kernel_name
        cdef uint32_t n_rules, n_columns, i
        cdef bool_t is_offered
        cdef double default
        cdef const char *name
        check(network, neuro_synapse_kernel(network, text, &n_rules, &n_columns))
        rules, columns = [], []
        for i in range(n_rules):
            name = neuro_synapse_kernel_rule(network, text, i, &default)
            rules.append((name.decode(), default))
        for i in range(n_columns):
            name = neuro_synapse_kernel_column(network, text, i, &is_offered, &default)
            if is_offered:
                columns.append((name.decode(), default))
        return rules, columns

    # ---- populations ------------------------------------------------------------------------------------------

    def add_population(self, kernel, n, receptors=()):
        """Make a population of `n` cells of a kernel of the platform; returns its number.

        `receptors`: the kind of each, for kernels that let them be chosen. Variables of receptor number i are
        named "<name>.<i>".
        """
        cdef neuro_network_t *network = self.open()
        cdef bytes kernel_name = name_of(kernel)
        cdef const char *text = kernel_name
        cdef uint32_t number
        if not 1 <= int(n) < 2**32:
            raise ValueError(f"a population of {n} cells; it must have 1 to 2**32 - 1")
        kinds = [name_of(kind) for kind in receptors]
        cdef const char **texts = <const char **> calloc(len(kinds) + 1, sizeof(char *))
        if texts == NULL:
            raise MemoryError("no memory for the names of receptors")
        try:
            for i in range(len(kinds)):
                texts[i] = kinds[i]
            check(network, neuro_network_add_composed(network, text, int(n), texts, len(kinds), &number))
        finally:
            free(texts)
        self._n_cells.append(int(n))
        return number

    cdef uint32_t _size(self, uint32_t population) except? 0xFFFFFFFF:
        if population >= len(self._n_cells):
            raise errors.InvalidParameterValueError(f"population {population} of {len(self._n_cells)}")
        return self._n_cells[population]

    def variables(self, uint32_t population):
        """list of (name, role, dtype); role "parameter", "state" or "internal"."""
        cdef neuro_network_t *network = self.open()
        cdef uint32_t n, i
        cdef const char *name
        cdef int role
        cdef char letter
        check(network, neuro_population_n_variables(network, population, &n))
        found = []
        for i in range(n):
            check(network, neuro_population_describe(network, population, i, &name, &role, &letter))
            found.append((name.decode(), _ROLES[role], np.dtype(chr(letter))))
        return found

    def _set(self, uint32_t population, name, values, indices, bint is_initial):
        cdef neuro_network_t *network = self.open()
        cdef bytes variable = name_of(name)
        cdef const char *text = variable
        cdef const double[::1] given = _doubles(values)
        cdef const uint32_t[::1] cells
        cdef const uint32_t *first = NULL
        cdef uint64_t n_cells = 0
        if given.shape[0] == 0:
            return
        if indices is not None:
            cells = _indices(indices)
            n_cells = cells.shape[0]
            if n_cells == 0:
                return
            first = &cells[0]
        check(network, neuro_population_set_values(
            network, population, text, first, n_cells, &given[0], given.shape[0], is_initial))

    def set_values(self, population, name, values, indices=None):
        """Set a parameter, or the present value of a state; one value or one a cell (of `indices`)."""
        self._set(population, name, values, indices, False)

    def set_initial(self, population, name, values, indices=None):
        """Set what a reset restores; before the first step the present value too."""
        self._set(population, name, values, indices, True)

    def _get(self, uint32_t population, name, bint is_initial):
        cdef neuro_network_t *network = self.open()
        cdef bytes variable = name_of(name)
        cdef const char *text = variable
        cdef bool_t is_scalar
        cdef double[::1] values
        check(network, neuro_population_get_values(network, population, text, is_initial, &is_scalar, NULL))
        values = np.empty(1 if is_scalar else self._size(population))
        check(network, neuro_population_get_values(network, population, text, is_initial, &is_scalar, &values[0]))
        return np.asarray(values)

    def get_values(self, population, name):
        """float64 array of shape (1,) when one value stands for all cells, else (n,)."""
        return self._get(population, name, False)

    def get_initial(self, population, name):
        """What a reset restores; as `get_values`."""
        return self._get(population, name, True)

    def set_spike_times(self, uint32_t population, offsets, steps):
        """Replace the trains of a spike source: cell i fires in steps[offsets[i]:offsets[i + 1]], ascending."""
        cdef neuro_network_t *network = self.open()
        cdef const uint64_t[::1] starts = np.ascontiguousarray(offsets, dtype=np.uint64)
        cdef const int64_t[::1] given = np.append(_steps(steps), np.int64(0))
        cdef uint32_t n = self._size(population)
        if starts.shape[0] != n + 1 or starts[0] != 0 or starts[n] != given.shape[0] - 1 \
                or (np.diff(np.asarray(starts).astype(np.int64)) < 0).any():
            raise errors.InvalidDimensionsError(
                f"offsets must be {n + 1} ascending numbers from 0 to the {given.shape[0] - 1} steps given")
        check(network, neuro_population_set_spike_times(network, population, &starts[0], &given[0]))

    def add_spikes(self, uint32_t population, steps, indices):
        """Add spikes to the trains of a spike source, in any order; steps that are over are dropped."""
        cdef neuro_network_t *network = self.open()
        cdef const int64_t[::1] when = np.append(_steps(steps), np.int64(0))
        cdef const uint32_t[::1] cells = np.append(_indices(indices), np.uint32(0))
        if when.shape[0] != cells.shape[0]:
            raise errors.InvalidDimensionsError(
                f"{when.shape[0] - 1} steps for {cells.shape[0] - 1} cells; give one step a spike")
        check(network, neuro_population_add_spikes(
            network, population, when.shape[0] - 1, &when[0], &cells[0]))

    def set_population_seed(self, uint32_t population, seed):
        """Draw random spikes from this seed; populations of one seed draw the same."""
        cdef neuro_network_t *network = self.open()
        check(network, neuro_population_set_seed(network, population, int(seed) & 0xFFFFFFFFFFFFFFFF))

    def set_list(self, uint32_t population, name, offsets, values):
        """Set a parameter that is a list for each cell: values[offsets[i]:offsets[i + 1]] for cell i."""
        cdef neuro_network_t *network = self.open()
        cdef bytes list_name = name_of(name)
        cdef const char *text = list_name
        cdef const uint64_t[::1] starts = np.ascontiguousarray(offsets, dtype=np.uint64)
        cdef const double[::1] given = np.append(np.asarray(values, dtype=np.float64).reshape(-1), 0.0)
        cdef uint32_t n = self._size(population)
        if starts.shape[0] != n + 1 or starts[0] != 0 or starts[n] != given.shape[0] - 1 \
                or (np.diff(np.asarray(starts).astype(np.int64)) < 0).any():
            raise errors.InvalidDimensionsError(
                f"offsets must be {n + 1} ascending numbers from 0 to the {given.shape[0] - 1} values given")
        check(network, neuro_population_set_list(network, population, text, &starts[0], &given[0]))

    def add_current(self, uint32_t population, indices, steps=(), amplitudes=()):
        """Inject a piecewise constant current (nA): amplitudes[i] from steps[i] on. Returns its (population, number)."""
        cdef neuro_network_t *network = self.open()
        cdef const uint32_t[::1] cells = np.append(np.unique(_indices(indices)), np.uint32(0))
        cdef uint32_t number
        check(network, neuro_population_add_current(
            network, population, <uint32_t> (cells.shape[0] - 1), &cells[0], &number))
        current = (int(population), int(number))
        self.set_current(current, steps, amplitudes)
        return current

    def set_current(self, current, steps, amplitudes):
        """Replace the course of a current."""
        cdef neuro_network_t *network = self.open()
        cdef const int64_t[::1] when = np.append(_steps(steps), np.int64(0))
        cdef const double[::1] values = np.append(_doubles(amplitudes) if np.size(amplitudes) else np.empty(0), 0.0)
        cdef uint32_t population = current[0], number = current[1]
        if when.shape[0] != values.shape[0]:
            raise errors.InvalidDimensionsError(
                f"{when.shape[0] - 1} steps for {values.shape[0] - 1} amplitudes; give one step an amplitude")
        if (np.diff(np.asarray(when[:when.shape[0] - 1])) < 0).any():
            raise errors.InvalidParameterValueError("the steps of a current must ascend")
        check(network, neuro_population_set_current(
            network, population, number, when.shape[0] - 1, &when[0], &values[0]))

    def set_current_sine(self, current, start, stop, double offset, double amplitude, double angle, double phase):
        """Let a current be offset + amplitude sin(phase + angle k), k steps after `start`, up to `stop`; radians."""
        cdef neuro_network_t *network = self.open()
        cdef uint32_t population = current[0], number = current[1]
        check(network, neuro_population_set_current_sine(
            network, population, number, index(start), index(stop), offset, amplitude, angle, phase))

    def set_current_noise(self, current, start, stop, double mean, double stdev, interval, uint32_t source):
        """Let a current be normal noise, new every `interval` steps from `start` up to `stop`, of stream `source`."""
        cdef neuro_network_t *network = self.open()
        cdef uint32_t population = current[0], number = current[1]
        check(network, neuro_population_set_current_noise(
            network, population, number, index(start), index(stop), mean, stdev, index(interval), source))

    # ---- recording --------------------------------------------------------------------------------------------

    def record_spikes(self, uint32_t population, mask):
        """Record the spikes of the cells with a non-zero mask; None: of no cell."""
        cdef neuro_network_t *network = self.open()
        cdef const uint8_t[::1] selected
        if mask is None:
            check(network, neuro_population_record_spikes(network, population, False, NULL))
            return
        selected = np.ascontiguousarray(mask, dtype=np.uint8)
        if selected.shape[0] != self._size(population):
            raise errors.InvalidDimensionsError(
                f"a mask of {selected.shape[0]} for {self._size(population)} cells")
        if np.asarray(selected).all():
            check(network, neuro_population_record_spikes(network, population, True, NULL))
        else:
            check(network, neuro_population_record_spikes(
                network, population, bool(np.asarray(selected).any()), &selected[0]))

    def record(self, uint32_t population, name, indices, interval_steps=1):
        """Record a variable of the cells `indices` (ascending; empty: off) every `interval_steps` steps."""
        cdef neuro_network_t *network = self.open()
        cdef bytes variable = name_of(name)
        cdef const char *text = variable
        cdef const uint32_t[::1] cells = np.append(_indices(indices), np.uint32(0))
        check(network, neuro_population_record(
            network, population, text, &cells[0], <uint32_t> (cells.shape[0] - 1), index(interval_steps)))

    def spikes(self, uint32_t population):
        """(indices uint32, steps int64), sorted by step, then index."""
        cdef neuro_network_t *network = self.open()
        cdef size_t n
        cdef uint32_t[::1] cells
        cdef int64_t[::1] steps
        check(network, neuro_population_n_spikes(network, population, &n))
        cells = np.empty(n + 1, dtype=np.uint32)
        steps = np.empty(n + 1, dtype=np.int64)
        check(network, neuro_population_spikes(network, population, &cells[0], &steps[0]))
        return np.asarray(cells)[:n], np.asarray(steps)[:n]

    def spike_counts(self, uint32_t population):
        """uint64 array: recorded spikes of every cell."""
        cdef neuro_network_t *network = self.open()
        cdef uint64_t[::1] counts = np.empty(self._size(population), dtype=np.uint64)
        check(network, neuro_population_spike_counts(network, population, &counts[0]))
        return np.asarray(counts)

    def recorded(self, uint32_t population, name):
        """(values of shape (samples, cells), first step, interval in steps); a copy."""
        cdef neuro_network_t *network = self.open()
        cdef bytes variable = name_of(name)
        cdef const char *text = variable
        cdef const void *data
        cdef char letter
        cdef size_t n_samples
        cdef uint32_t n_cells
        cdef int64_t first, interval
        cdef uint8_t[::1] target
        check(network, neuro_population_recorded(
            network, population, text, &data, &letter, &n_samples, &n_cells, &first, &interval))
        values = np.empty((n_samples, n_cells), dtype=np.dtype(chr(letter)))
        if values.nbytes:
            target = values.reshape(-1).view(np.uint8)
            memcpy(&target[0], data, values.nbytes)
        return values, first, interval

    def clear_recorded(self, uint32_t population):
        """Drop recorded data; the selection stays."""
        check(self._network, neuro_population_clear_recorded(self.open(), population))

    # ---- projections ------------------------------------------------------------------------------------------

    def add_projection(self, uint32_t pre, uint32_t post, uint32_t receptor, kernel):
        """Make a projection without synapses; returns its number."""
        cdef neuro_network_t *network = self.open()
        cdef bytes kernel_name = name_of(kernel)
        cdef const char *text = kernel_name
        cdef uint32_t number
        check(network, neuro_network_add_projection(network, pre, post, receptor, text, &number))
        return number

    def connect_pairs(self, uint32_t projection, pre, post, weight=None, delay_steps=None):
        """Join pre[i] to post[i]; weights and delays: one value or one a pair."""
        cdef neuro_network_t *network = self.open()
        cdef const uint32_t[::1] sources = np.append(_indices(pre), np.uint32(0))
        cdef const uint32_t[::1] targets = np.append(_indices(post), np.uint32(0))
        cdef const double[::1] weights = np.empty(0) if weight is None else _doubles(weight)
        cdef const double[::1] delays = np.empty(0) if delay_steps is None else _doubles(delay_steps)
        if sources.shape[0] != targets.shape[0]:
            raise errors.InvalidDimensionsError(
                f"{sources.shape[0] - 1} sources for {targets.shape[0] - 1} targets")
        check(network, neuro_connect_pairs(
            network, projection, sources.shape[0] - 1, &sources[0], &targets[0],
            &weights[0] if weights.shape[0] else NULL, weights.shape[0],
            &delays[0] if delays.shape[0] else NULL, delays.shape[0]))

    def connect_all_to_all(self, uint32_t projection, pre_indices=None, post_indices=None, allow_self=True):
        cdef neuro_network_t *network = self.open()
        cdef _Ends ends = _Ends(pre_indices, post_indices, allow_self)
        check(network, neuro_connect_all_to_all(network, projection, &ends.ends))

    def connect_one_to_one(self, uint32_t projection, pre_indices=None, post_indices=None):
        cdef neuro_network_t *network = self.open()
        cdef _Ends ends = _Ends(pre_indices, post_indices)
        check(network, neuro_connect_one_to_one(network, projection, &ends.ends))

    def connect_fixed_probability(
            self, uint32_t projection, pre_indices, post_indices, double p, allow_self=True):
        cdef neuro_network_t *network = self.open()
        cdef _Ends ends = _Ends(pre_indices, post_indices, allow_self)
        check(network, neuro_connect_fixed_probability(network, projection, &ends.ends, p))

    def connect_fixed_number_post(
            self, uint32_t projection, pre_indices, post_indices, uint32_t n, with_replacement=False,
            allow_self=True):
        cdef neuro_network_t *network = self.open()
        cdef _Ends ends = _Ends(pre_indices, post_indices, allow_self)
        check(network, neuro_connect_fixed_number_post(
            network, projection, &ends.ends, n, bool(with_replacement)))

    def connect_fixed_number_pre(
            self, uint32_t projection, pre_indices, post_indices, uint32_t n, with_replacement=False,
            allow_self=True):
        cdef neuro_network_t *network = self.open()
        cdef _Ends ends = _Ends(pre_indices, post_indices, allow_self)
        check(network, neuro_connect_fixed_number_pre(
            network, projection, &ends.ends, n, bool(with_replacement)))

    def connect_fixed_total_number(
            self, uint32_t projection, pre_indices, post_indices, uint64_t n, with_replacement=True,
            allow_self=True):
        cdef neuro_network_t *network = self.open()
        cdef _Ends ends = _Ends(pre_indices, post_indices, allow_self)
        check(network, neuro_connect_fixed_total_number(
            network, projection, &ends.ends, n, bool(with_replacement)))

    def n_synapses(self, uint32_t projection):
        """Number of synapses."""
        cdef neuro_network_t *network = self.open()
        cdef uint64_t n
        check(network, neuro_projection_n_synapses(network, projection, &n))
        return n

    def synapse_pairs(self, uint32_t projection):
        """(sources, targets), uint32, in storage order."""
        cdef neuro_network_t *network = self.open()
        n = self.n_synapses(projection)
        cdef uint32_t[::1] pre = np.empty(n + 1, dtype=np.uint32), post = np.empty(n + 1, dtype=np.uint32)
        check(network, neuro_projection_pairs(network, projection, &pre[0], &post[0]))
        return np.asarray(pre)[:n], np.asarray(post)[:n]

    def synapse_counts(self, uint32_t projection, group_of_source, group_of_target, uint32_t slots,
                       uint32_t n_stages):
        """Synapses by stage of their delay, group of the source and group of the target, uint32.

        Stages have `slots` steps; the last takes all longer delays. Groups are whole numbers from 0, one for
        each cell of the projection's populations.
        """
        cdef neuro_network_t *network = self.open()
        cdef uint32_t[::1] sources = np.ascontiguousarray(group_of_source, dtype=np.uint32)
        cdef uint32_t[::1] targets = np.ascontiguousarray(group_of_target, dtype=np.uint32)
        cdef neuro_groups_t groups
        cdef uint32_t[:, :, ::1] counts
        if slots == 0 or n_stages == 0 or sources.shape[0] == 0 or targets.shape[0] == 0:
            raise errors.InvalidParameterValueError(
                f"slots {slots}, {n_stages} stages, groups of {sources.shape[0]} sources and {targets.shape[0]} "
                "targets; each must be at least 1"
            )
        groups.n_sources, groups.n_targets = np.max(sources) + 1, np.max(targets) + 1
        groups.of_source, groups.of_target = &sources[0], &targets[0]
        groups.n_source_cells, groups.n_target_cells = sources.shape[0], targets.shape[0]
        groups.slots, groups.n_stages = slots, n_stages
        counts = np.zeros((n_stages, groups.n_sources, groups.n_targets), dtype=np.uint32)
        check(network, neuro_projection_count_groups(network, projection, &groups, &counts[0, 0, 0]))
        return np.asarray(counts)

    def synapse_order(self, uint32_t projection):
        """int64 array: positions in storage, sorted by target, then source, repeats as inserted."""
        cdef neuro_network_t *network = self.open()
        n = self.n_synapses(projection)
        cdef int64_t[::1] order = np.empty(n + 1, dtype=np.int64)
        check(network, neuro_projection_order(network, projection, &order[0]))
        return np.asarray(order)[:n]

    def get_synapses(self, uint32_t projection, name):
        """A value of every synapse in storage order, or of shape (1,) where all are equal (none: (0,)); delays in steps."""
        cdef neuro_network_t *network = self.open()
        cdef bytes column = name_of(name)
        cdef const char *text = column
        cdef bool_t is_scalar
        cdef double[::1] values
        check(network, neuro_projection_get_column(network, projection, text, &is_scalar, NULL))
        n = self.n_synapses(projection)
        n = min(n, 1) if is_scalar else n
        values = np.zeros(n + 1)
        check(network, neuro_projection_get_column(network, projection, text, &is_scalar, &values[0]))
        return np.asarray(values)[:n]

    def set_synapses(self, uint32_t projection, name, values):
        """Set a value of the synapses: one for all, or one a synapse in storage order."""
        cdef neuro_network_t *network = self.open()
        cdef bytes column = name_of(name)
        cdef const char *text = column
        cdef const double[::1] given = _doubles(values)
        if given.shape[0] == 0:
            return
        check(network, neuro_projection_set_column(network, projection, text, &given[0], given.shape[0]))

    def set_synapse(self, uint32_t projection, name, uint32_t pre, uint32_t post, uint64_t repeat, double value):
        """Set a value, other than the delay, of synapse `repeat` (from 0, as inserted) from `pre` to `post`."""
        cdef neuro_network_t *network = self.open()
        cdef bytes column = name_of(name)
        cdef const char *text = column
        check(network, neuro_projection_set_one(network, projection, text, pre, post, repeat, value))

    def draw_synapses(self, uint32_t projection, name, distribution, parameters, double scale=1.0):
        """Draw a value of every synapse from the engine's streams, keyed by (seed, projection, row)."""
        cdef neuro_network_t *network = self.open()
        cdef bytes column = name_of(name), kind = name_of(distribution)
        cdef const char *text = column
        cdef const char *kind_text = kind
        cdef const double[::1] given = np.append(_doubles(parameters), 0.0)
        check(network, neuro_projection_draw_column(
            network, projection, text, kind_text, &given[0], <uint32_t> (given.shape[0] - 1), scale))

    def set_rule(self, uint32_t projection, name, double value):
        """Set a number of the whole projection's plasticity rule."""
        cdef neuro_network_t *network = self.open()
        cdef bytes rule = name_of(name)
        cdef const char *text = rule
        check(network, neuro_projection_set_rule(network, projection, text, value))

    def get_rule(self, uint32_t projection, name):
        """A number of the whole projection's plasticity rule."""
        cdef neuro_network_t *network = self.open()
        cdef bytes rule = name_of(name)
        cdef const char *text = rule
        cdef double value
        check(network, neuro_projection_get_rule(network, projection, text, &value))
        return value

    def set_projection_seed(self, uint32_t projection, seed, uint32_t number):
        """Draw pairs and values from this seed; `number` tells projections of one seed apart."""
        cdef neuro_network_t *network = self.open()
        check(network, neuro_projection_set_seed(
            network, projection, int(seed) & 0xFFFFFFFFFFFFFFFF, number))

    def vary(self, uint32_t projection):
        """Make the numbers of a plasticity rule values of each synapse, which begin as they are."""
        cdef neuro_network_t *network = self.open()
        check(network, neuro_projection_vary(network, projection))

    def set_kernel(self, uint32_t projection, kernel):
        """Let a projection take another kernel before the first run; rules and further columns begin anew."""
        cdef neuro_network_t *network = self.open()
        cdef bytes kernel_name = name_of(kernel)
        cdef const char *text = kernel_name
        check(network, neuro_projection_set_kernel(network, projection, text))

    def set_sign(self, uint32_t projection, int sign):
        """-1: a plastic projection delivers minus its weights, which are magnitudes then."""
        cdef neuro_network_t *network = self.open()
        check(network, neuro_projection_set_sign(network, projection, sign))

    def normalize_weights(self, uint32_t projection, double total):
        """Scale the weights onto each cell so that they sum to `total`; cells with sum 0 are left alone."""
        check(self._network, neuro_projection_scale_to(self.open(), projection, total))

    # ---- synapses that come and go ----------------------------------------------------------------------------

    def make_rewirable(self, uint32_t projection, uint64_t capacity, uint32_t low_delay=1, uint32_t high_delay=1):
        """Give every row of a connected projection room for `capacity` synapses from the next run on.

        New ones have delays of low_delay .. high_delay steps.
        """
        check(self._network, neuro_projection_make_rewirable(
            self.open(), projection, capacity, low_delay, high_delay))

    def add_synapses(self, uint32_t projection, pre, post, weight, delay_steps):
        """Add synapses between two runs: arrays of equal length. Returns how many found their row full."""
        cdef neuro_network_t *network = self.open()
        cdef const uint32_t[::1] sources = np.append(_indices(pre), np.uint32(0))
        cdef const uint32_t[::1] targets = np.append(_indices(post), np.uint32(0))
        cdef const double[::1] weights = np.append(_doubles(weight), 0.0)
        cdef const uint32_t[::1] delays = np.append(_indices(delay_steps), np.uint32(0))
        cdef uint64_t n_refused = 0
        if not (sources.shape[0] == targets.shape[0] == weights.shape[0] == delays.shape[0]):
            raise errors.InvalidDimensionsError(
                f"{sources.shape[0] - 1} sources, {targets.shape[0] - 1} targets, {weights.shape[0] - 1} weights and "
                f"{delays.shape[0] - 1} delays; give one of each for every synapse")
        check(network, neuro_projection_add_synapses(
            network, projection, sources.shape[0] - 1, &sources[0], &targets[0], &weights[0], &delays[0],
            &n_refused))
        return n_refused

    def remove_synapses(self, uint32_t projection, pre, post):
        """Remove the oldest synapse of every pair between two runs. Returns how many pairs had none."""
        cdef neuro_network_t *network = self.open()
        cdef const uint32_t[::1] sources = np.append(_indices(pre), np.uint32(0))
        cdef const uint32_t[::1] targets = np.append(_indices(post), np.uint32(0))
        cdef uint64_t n_missing = 0
        if sources.shape[0] != targets.shape[0]:
            raise errors.InvalidDimensionsError(
                f"{sources.shape[0] - 1} sources for {targets.shape[0] - 1} targets")
        check(network, neuro_projection_remove_synapses(
            network, projection, sources.shape[0] - 1, &sources[0], &targets[0], &n_missing))
        return n_missing

    def add_rewiring(self, uint32_t population, seed, rules):
        """Rewire synapses onto a population by rules (dict of name to number, all of csrc/engine/rewire.h).

        Returns its number; `rewire` then names the projections.
        """
        cdef neuro_network_t *network = self.open()
        cdef const char *names[32]
        cdef double values[32]
        cdef uint32_t number, n = 0
        kept = [(name_of(name), float(value)) for name, value in rules.items()]
        if len(kept) > 32:
            raise errors.InvalidParameterValueError(f"{len(kept)} rules of a rewiring; there are not so many")
        for name, value in kept:
            names[n] = name
            values[n] = value
            n += 1
        check(network, neuro_network_add_rewiring(
            network, population, int(seed) & 0xFFFFFFFFFFFFFFFF, n, names, values, &number))
        return number

    def rewire(self, uint32_t rewiring, uint32_t projection):
        """Let a rewiring form and eliminate synapses of a projection that was made rewirable."""
        check(self._network, neuro_rewiring_add_projection(self.open(), rewiring, projection))

    def log_rewiring(self, uint32_t rewiring, bint is_logged):
        """Keep what is formed and eliminated from now on, or no longer; what was kept is forgotten."""
        check(self._network, neuro_rewiring_log(self.open(), rewiring, is_logged))

    def rewiring_events(self, uint32_t rewiring):
        """Arrays of what was kept: steps that had passed, projections, sources, targets, 1 for formed."""
        cdef neuro_network_t *network = self.open()
        cdef uint64_t n = 0
        check(network, neuro_rewiring_events(network, rewiring, &n, NULL, NULL, NULL, NULL, NULL))
        arrays = [np.empty(n + 1, dtype=kind) for kind in (np.int64, np.uint32, np.uint32, np.uint32, np.uint8)]
        cdef int64_t[::1] steps = arrays[0]
        cdef uint32_t[::1] projections = arrays[1]
        cdef uint32_t[::1] pre = arrays[2]
        cdef uint32_t[::1] post = arrays[3]
        cdef uint8_t[::1] formed = arrays[4]
        check(network, neuro_rewiring_events(
            network, rewiring, &n, &steps[0], &projections[0], &pre[0], &post[0], &formed[0]))
        return tuple(values[:n] for values in arrays)

    def projection_bytes(self, uint32_t projection):
        """Bytes that a projection holds."""
        cdef size_t n
        check(self._network, neuro_projection_bytes_held(self.open(), projection, &n))
        return n


    # -- tables --------------------------------------------------------------------------------------

    def set_table(self, uint32_t population, name, values):
        """An array that a neuron kernel keeps beside its variables; what it means is the kernel's."""
        cdef neuro_network_t *network = self.open()
        cdef bytes table = name_of(name)
        cdef const char *text = table
        cdef const double[::1] given = np.append(np.asarray(values, dtype=np.float64).reshape(-1), 0.0)
        check(network, neuro_population_set_table(network, population, text, &given[0], given.shape[0] - 1))

    def get_table(self, uint32_t population, name):
        """An array that a neuron kernel keeps, as float64."""
        cdef neuro_network_t *network = self.open()
        cdef bytes table = name_of(name)
        cdef const char *text = table
        cdef uint64_t n = 0
        check(network, neuro_population_get_table(network, population, text, NULL, &n))
        cdef double[::1] values = np.empty(n + 1)
        check(network, neuro_population_get_table(network, population, text, &values[0], &n))
        return np.asarray(values)[:n]

    def set_synapse_table(self, uint32_t projection, name, values):
        """An array that a synapse kernel keeps beside its columns and rules."""
        cdef neuro_network_t *network = self.open()
        cdef bytes table = name_of(name)
        cdef const char *text = table
        cdef const double[::1] given = np.append(np.asarray(values, dtype=np.float64).reshape(-1), 0.0)
        check(network, neuro_projection_set_table(network, projection, text, &given[0], given.shape[0] - 1))

    def get_synapse_table(self, uint32_t projection, name):
        """An array that a synapse kernel keeps, as float64."""
        cdef neuro_network_t *network = self.open()
        cdef bytes table = name_of(name)
        cdef const char *text = table
        cdef uint64_t n = 0
        check(network, neuro_projection_get_table(network, projection, text, NULL, &n))
        cdef double[::1] values = np.empty(n + 1)
        check(network, neuro_projection_get_table(network, projection, text, &values[0], &n))
        return np.asarray(values)[:n]


def platform_function(platform, name, inputs):
    """One operation of a platform's arithmetic.

    Parameters
    ----------
    platform, name : str
    inputs : array of whole numbers, shape (n_inputs,) or (n, n_inputs)

    Returns
    -------
    float64 array, shape (n_outputs,) or (n, n_outputs)

    Raises
    ------
    ValueError
        If the platform has no such function, or the inputs are not whole numbers of that shape.
    """
    cdef bytes platform_name = name_of(platform), function_name = name_of(name)
    cdef const char *platform_text = platform_name
    cdef const char *function_text = function_name
    cdef uint32_t n_inputs = 0, n_outputs = 0
    if neuro_platform_function(platform_text, function_text, 0, NULL, &n_inputs, NULL, &n_outputs) != NEURO_OK:
        raise ValueError(f"platform {platform!r} has no function {name!r}")
    given = np.asarray(inputs, dtype=np.float64)
    if given.ndim not in (1, 2) or given.shape[-1] != n_inputs or not (given == np.rint(given)).all():
        raise ValueError(
            f"function {name!r} of platform {platform!r} takes rows of {n_inputs} whole numbers; "
            f"the array has shape {given.shape}")
    cdef const double[::1] rows = np.append(given.reshape(-1), 0.0)
    cdef size_t n = given.size // n_inputs
    cdef double[::1] out = np.empty(n * n_outputs + 1)
    if neuro_platform_function(
            platform_text, function_text, n, &rows[0], &n_inputs, &out[0], &n_outputs) != NEURO_OK:
        raise ValueError(f"platform {platform!r} has no function {name!r}")
    return np.asarray(out)[:n * n_outputs].reshape(*given.shape[:-1], n_outputs)


# ---- functions: the same bits on every CPU --------------------------------------------------------------------


cdef object apply(neuro_function_t function, x, y=None):
    array = np.asarray(x, dtype=np.float64)
    cdef const double[::1] first = np.append(array.reshape(-1), 0.0)
    cdef const double[::1] second = first
    cdef double[::1] out = np.empty(first.shape[0])
    if y is not None:
        array, other = np.broadcast_arrays(array, np.asarray(y, dtype=np.float64))
        first = np.append(array.reshape(-1), 0.0)
        second = np.append(other.reshape(-1), 0.0)
        out = np.empty(first.shape[0])
    neuro_apply(function, first.shape[0] - 1, &first[0], &second[0], &out[0])
    return np.asarray(out)[:-1].reshape(array.shape)


def exp(x):
    """e to the x, float64, elementwise."""
    return apply(NEURO_FUNCTION_EXP, x)


def log(x):
    """Natural logarithm, float64, elementwise."""
    return apply(NEURO_FUNCTION_LOG, x)


def sin(x):
    """Sine of radians, float64, elementwise."""
    return apply(NEURO_FUNCTION_SIN, x)


def cos(x):
    """Cosine of radians, float64, elementwise."""
    return apply(NEURO_FUNCTION_COS, x)


def sqrt(x):
    """Square root, float64, elementwise."""
    return apply(NEURO_FUNCTION_SQRT, x)


def power(x, y):
    """x to the y, float64, elementwise."""
    return apply(NEURO_FUNCTION_POW, x, y)


def draw(distribution, parameters, uint64_t n, seed, purpose, uint32_t object, uint64_t first=0):
    """Random numbers: element i comes from stream (seed, purpose, object, first + i).

    Parameters
    ----------
    distribution : str
        One of PyNN's names ("uniform", "normal", ...); `parameters` in PyNN's order.
    purpose : str
        "parameter", "initial_value", "connectivity", "weight", "delay", "other".

    Returns
    -------
    float64 array, shape (n,)
    """
    cdef bytes kind = name_of(distribution), use = name_of(purpose)
    cdef const char *kind_text = kind
    cdef const char *use_text = use
    cdef const double[::1] given = np.append(_doubles(parameters), 0.0)
    cdef double[::1] out = np.empty(n + 1)
    cdef neuro_status_t status = neuro_draw_values(
        kind_text, &given[0], <uint32_t> (given.shape[0] - 1), int(seed) & 0xFFFFFFFFFFFFFFFF, use_text, object,
        first, n, &out[0])
    if status != NEURO_OK:
        raise errors.from_status(
            status, f"cannot draw from {distribution!r} with parameters {np.asarray(given)[:-1].tolist()}")
    return np.asarray(out)[:n]


def sine_current(start, stop, double offset, double amplitude, double angle, double phase, first, uint64_t n):
    """What `Network.set_current_sine` lets flow at the steps first..first + n - 1, nA."""
    cdef double[::1] out = np.empty(n + 1)
    neuro_current_sine_values(
        index(start), index(stop), offset, amplitude, angle, phase, index(first), n, &out[0])
    return np.asarray(out)[:n]


def noise_current(seed, start, stop, double mean, double stdev, interval, uint32_t source, first, uint64_t n):
    """What `Network.set_current_noise` lets flow at the steps first..first + n - 1 under a seed, nA."""
    cdef double[::1] out = np.empty(n + 1)
    neuro_current_noise_values(
        int(seed) & 0xFFFFFFFFFFFFFFFF, index(start), index(stop), mean, stdev, index(interval), source,
        index(first), n, &out[0])
    return np.asarray(out)[:n]


def isa_list():
    """Instruction sets that this CPU can run, narrowest first."""
    names = ["base", "v2", "v3", "v4"]
    return names[:names.index(neuro_best_isa().decode()) + 1]


def memory_available():
    """Bytes that the machine can still give."""
    return neuro_bytes_available()
