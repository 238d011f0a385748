"""Connectors of images against hand calculation, cell by cell."""

import itertools

import numpy as np
import pytest

import pynn_neuro as sim
from pynn_neuro import errors


@pytest.fixture(autouse=True)
def clean():
    sim.setup(timestep=0.1)


def grid(rows, columns, cell=None, label=None):
    return sim.Population((columns, rows), cell or sim.IF_curr_exp(), label=label)


def convolution(pre, connector, cell=None, delay=None):
    """A projection onto a grid of the right shape."""
    rows, columns = connector.get_post_shape(tuple(reversed(pre.structure.calculate_size(pre.size))))
    post = grid(rows, columns, cell)
    return sim.Projection(pre, post, connector, sim.Convolution(delay=delay)), (rows, columns)


def connections(projection):
    return {(i, j): w for i, j, w in projection.get("weight", "list")}


def by_hand(pre_shape, post_shape, kernel, stride=(1, 1), padding=(0, 0), pool=(1, 1), pool_stride=None):
    """Every pair of cells asked for its weight: target, pooled source, place in the turned kernel."""
    kernel = np.asarray(kernel, dtype=float)
    pool_stride = pool_stride or pool
    n_regions = [
        n if p == 1 else (n - (p - 1)) // s + 1 for n, p, s in zip(pre_shape, pool, pool_stride, strict=True)
    ]
    found = {}
    for (pr, pc), (r, c) in itertools.product(
        itertools.product(*map(range, pre_shape)), itertools.product(*map(range, post_shape))
    ):
        region = pr // pool_stride[0], pc // pool_stride[1]
        if region[0] >= n_regions[0] or region[1] >= n_regions[1]:
            continue
        # offset of the source from the target's corner, then read from the far end of the kernel
        k = kernel.shape[0] - 1 - (region[0] + padding[0] - r * stride[0])
        m = kernel.shape[1] - 1 - (region[1] + padding[1] - c * stride[1])
        if 0 <= k < kernel.shape[0] and 0 <= m < kernel.shape[1] and kernel[k, m] != 0:
            weight = kernel[k, m] / (pool[0] * pool[1])
            found[pr * pre_shape[1] + pc, r * post_shape[1] + c] = weight
    return found


KERNEL = np.arange(1.0, 7.0).reshape(2, 3)


def test_a_small_convolution_written_out():
    """Sources a b c / d e f, kernel 1 2: targets 2a + b, 2b + c / 2d + e, 2e + f."""
    projection, shape = convolution(grid(2, 3), sim.ConvolutionConnector([[1.0, 2.0]]))
    assert shape == (2, 2)
    assert connections(projection) == {
        (0, 0): 2.0, (1, 0): 1.0, (1, 1): 2.0, (2, 1): 1.0,
        (3, 2): 2.0, (4, 2): 1.0, (4, 3): 2.0, (5, 3): 1.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("pre_shape", "kernel", "options", "hand", "post_shape"),
    [
        ((5, 7), KERNEL, {}, {}, (4, 5)),
        ((5, 7), KERNEL, {"strides": (2, 1)}, {"stride": (2, 1)}, (2, 5)),
        ((5, 7), KERNEL, {"strides": 2, "padding": 1}, {"stride": (2, 2), "padding": (1, 1)}, (3, 4)),
        ((6, 4), np.ones((3, 3)), {"padding": True}, {"padding": (1, 1)}, (6, 4)),
        ((6, 4), np.ones((3, 3)), {"padding": (0, 2)}, {"padding": (0, 2)}, (4, 6)),
        ((6, 9), KERNEL, {"pool_shape": (2, 3)}, {"pool": (2, 3)}, (2, 1)),
        (
            (7, 9),
            KERNEL,
            {"pool_shape": 3, "pool_stride": 2},
            {"pool": (3, 3), "pool_stride": (2, 2)},
            (2, 2),
        ),
        ((7, 7), [[1.0, 0.0, -2.0]], {"pool_shape": (3, 1)}, {"pool": (3, 1)}, (2, 5)),
        ((3, 3), [[1.0, -1.0], [0.0, 2.0]], {"strides": (1, 2)}, {"stride": (1, 2)}, (2, 1)),
    ],
)
def test_convolutions_are_those_by_hand(pre_shape, kernel, options, hand, post_shape):
    connector = sim.ConvolutionConnector(np.asarray(kernel).tolist(), **options)

    projection, shape = convolution(grid(*pre_shape), connector)

    assert shape == post_shape
    expected = by_hand(pre_shape, post_shape, kernel, **hand)
    assert connections(projection) == pytest.approx(expected, rel=1e-15)
    assert len(projection) == len(expected)
    targets = [j for _, j, _ in projection.get("weight", "list")]
    assert targets == sorted(targets)


@pytest.mark.parametrize(
    ("cell", "sign"), [(sim.IF_curr_exp, -1.0), (sim.IF_curr_delta, -1.0), (sim.IF_cond_exp, 1.0)]
)
def test_signs_go_to_their_receptors(cell, sign):
    source = sim.Population((2, 1), sim.SpikeSourceArray(spike_times=[1.0]))
    projection, _ = convolution(source, sim.ConvolutionConnector([[0.25, -0.5]]), cell(), delay=0.3)
    assert connections(projection) == {(0, 0): sign * 0.5, (1, 0): 0.25}
    assert projection.get("delay", "list", with_address=False) == [0.3, 0.3]
    if cell is sim.IF_curr_delta:
        projection.post.record("v")
    else:
        names = ("gsyn_exc", "gsyn_inh") if cell is sim.IF_cond_exp else ("isyn_exc", "isyn_inh")
        projection.post.record(names)
    sim.run(2.0)
    data = projection.post.get_data().segments[0]
    at_arrival = {signal.name: float(signal.magnitude[13, 0]) for signal in data.analogsignals}
    if cell is sim.IF_curr_delta:
        assert at_arrival["v"] == pytest.approx(-65.0 - 0.25, abs=1e-9)
    else:
        assert [at_arrival[name] for name in names] == pytest.approx([0.25, sign * 0.5], rel=1e-12)


def test_kernels_may_be_given_in_several_forms():
    wanted = connections(convolution(grid(4, 5), sim.ConvolutionConnector(KERNEL))[0])
    flat = sim.ConvolutionConnector(KERNEL.reshape(-1).tolist(), kernel_shape=(2, 3))
    assert connections(convolution(grid(4, 5), flat)[0]) == wanted
    same = convolution(grid(4, 5), sim.ConvolutionConnector(0.5, kernel_shape=2))[0]
    assert set(connections(same).values()) == {0.5}
    assert len(same) == 3 * 4 * 4


@pytest.mark.parametrize("rng", [None, "numpy"])
def test_a_random_kernel_is_drawn_once(rng):
    def weights():
        sim.setup(timestep=0.1, seed=5)
        generator = sim.NumpyRNG(seed=3) if rng else None
        kernel = sim.RandomDistribution("uniform", (0.1, 0.2), rng=generator)
        connector = sim.ConvolutionConnector(kernel, kernel_shape=(2, 3))
        return connections(convolution(grid(4, 5), connector)[0])

    first = weights()
    assert len(set(first.values())) == 6
    assert first == weights()
    assert first[0, 0] == first[1, 1]


def test_pooled_dense_weights_are_those_by_hand():
    pre_shape, n_post, pool = (5, 6), 3, (2, 3)
    n_regions = (5 - 1) // 2 + 1, (6 - 2) // 3 + 1
    weights = np.arange(-5.0, -5.0 + np.prod(n_regions) * n_post)
    expected = {}
    for row, column, target in itertools.product(range(5), range(6), range(n_post)):
        region = (row // 2, column // 3)
        weight = weights[(region[0] * n_regions[1] + region[1]) * n_post + target] / 6
        if region[0] < n_regions[0] and region[1] < n_regions[1] and weight != 0:
            expected[row * 6 + column, target] = weight
    for given in (weights, weights.reshape(*n_regions, n_post), weights.tolist()):
        connector = sim.PoolDenseConnector(given, pool_shape=pool)
        post = sim.Population(n_post, sim.IF_curr_exp())
        projection = sim.Projection(grid(*pre_shape), post, connector, sim.PoolDense())
        assert connections(projection) == pytest.approx(expected, rel=1e-15)
    assert sim.PoolDenseConnector.get_post_pool_shape(pre_shape, pool) == n_regions
    assert sim.PoolDenseConnector.get_post_pool_shape((8, 8)) == (8, 8)


def test_one_weight_makes_a_dense_layer():
    post = grid(2, 2)
    projection = sim.Projection(grid(3, 3), post, sim.PoolDenseConnector(0.5), sim.PoolDense())
    assert connections(projection) == {(i, j): 0.5 for i in range(9) for j in range(4)}


def kernel_by_hand(shape_pre, shape_post, kernel, pre_step, pre_start, post_step, post_start):
    found = {}
    for i, j in itertools.product(range(np.prod(shape_pre)), range(np.prod(shape_post))):
        at = []
        for axis, (p, r) in enumerate(zip(divmod(i, shape_pre[1]), divmod(j, shape_post[1]), strict=True)):
            if (p - pre_start[axis]) % pre_step[axis]:
                break
            common = post_start[axis] + r * post_step[axis]
            centre = -((pre_start[axis] - common) // pre_step[axis])  # rounded up
            at.append(kernel.shape[axis] // 2 - (centre - p))
        if len(at) == 2 and all(0 <= k < n for k, n in zip(at, kernel.shape, strict=True)):
            found[i, j] = kernel[at[0], at[1]]
    return found


@pytest.mark.parametrize(
    ("shape_pre", "shape_post", "options"),
    [
        ((4, 5), (4, 5), {}),
        ((6, 6), (3, 3), {"post_sample_steps_in_pre": (2, 2), "post_start_coords_in_pre": (1, 0)}),
        ((6, 5), (6, 5), {"pre_sample_steps_in_post": (2, 1), "pre_start_coords_in_post": (1, 2)}),
    ],
)
def test_kernels_around_each_target_are_those_by_hand(shape_pre, shape_post, options):
    weights, delays = KERNEL, 0.1 * np.arange(2, 8).reshape(2, 3)
    connector = sim.KernelConnector(shape_pre, shape_post, (2, 3), weights, delays, **options)
    pre = sim.Population(int(np.prod(shape_pre)), sim.IF_curr_exp())
    post = sim.Population(int(np.prod(shape_post)), sim.IF_curr_exp())

    projection = sim.Projection(pre, post, connector, sim.StaticSynapse(weight=9.0, delay=9.0))

    steps = [
        options.get(name, (default, default))
        for name, default in (
            ("pre_sample_steps_in_post", 1),
            ("pre_start_coords_in_post", 0),
            ("post_sample_steps_in_pre", 1),
            ("post_start_coords_in_pre", 0),
        )
    ]
    expected = kernel_by_hand(shape_pre, shape_post, weights, *steps)
    assert len(expected) > 20
    assert connections(projection) == expected
    found = {(i, j): d for i, j, d in projection.get("delay", "list")}
    assert found == pytest.approx(kernel_by_hand(shape_pre, shape_post, delays, *steps))


def test_a_kernel_without_values_takes_those_of_the_synapses():
    connector = sim.KernelConnector((3, 3), (3, 3), (3, 3))
    rule = sim.STDPMechanism(sim.SpikePairRule(), sim.AdditiveWeightDependence(), weight=0.3, delay=0.7)
    projection = sim.Projection(grid(3, 3), grid(3, 3), connector, rule)
    assert set(projection.get(["weight", "delay"], "list", with_address=False)) == {(0.3, 0.7)}
    assert len(projection) == 4 * 4 + 4 * 6 + 9  # corners, edges, centre


def test_all_but_me_joins_groups():
    cells = sim.Population(6, sim.IF_curr_exp())
    projection = sim.Projection(
        cells, cells, sim.extra_models.AllButMeConnector(3), sim.StaticSynapse(weight=0.5, delay=0.2)
    )
    groups = [range(3), range(3, 6)]
    expected = {(i, j): 0.5 for group in groups for i in group for j in group if i != j}
    assert connections(projection) == expected
    weights = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]  # 0->1, 0->2, 1->0, 1->2, 2->0, 2->1
    projection = sim.Projection(cells, cells, sim.extra_models.AllButMeConnector(3, weights=weights))
    one = dict(zip([(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)], weights, strict=True))
    assert connections(projection) == {(i + k, j + k): w for (i, j), w in one.items() for k in (0, 3)}
    everyone = sim.Projection(cells, cells, sim.extra_models.AllButMeConnector())
    assert len(everyone) == 30


MISTAKES = [
    (lambda: sim.ConvolutionConnector(1.0), ("kernel_weights", "kernel_shape")),
    (lambda: sim.ConvolutionConnector([1.0, 2.0]), ("kernel_weights", "2 numbers", "kernel_shape")),
    (lambda: sim.ConvolutionConnector([1.0, 2.0], kernel_shape=(3, 3)), ("2 numbers", "(3, 3)")),
    (lambda: sim.ConvolutionConnector([[1.0, 2.0]], kernel_shape=(2, 1)), ("(1, 2)", "(2, 1)")),
    (lambda: sim.ConvolutionConnector([[1.0], [2.0, 3.0]]), ("kernel_weights", "one length")),
    (lambda: sim.ConvolutionConnector([[np.nan]]), ("kernel_weights", "not finite")),
    (lambda: sim.ConvolutionConnector("abc"), ("kernel_weights",)),
    (lambda: sim.ConvolutionConnector([[1.0]], strides=0), ("strides", "0", "at least 1")),
    (lambda: sim.ConvolutionConnector([[1.0]], strides=(1, 2, 3)), ("strides", "(1, 2, 3)")),
    (lambda: sim.ConvolutionConnector([[1.0]], padding=-1), ("padding", "-1", "at least 0")),
    (lambda: sim.ConvolutionConnector([[1.0]], padding=1.5), ("padding", "1.5")),
    (lambda: sim.ConvolutionConnector([[1.0]], pool_stride=2), ("pool_stride", "pool_shape")),
    (lambda: sim.ConvolutionConnector([[1.0]], pool_shape=(2, 0)), ("pool_shape", "(2, 0)")),
    (lambda: sim.ConvolutionConnector([[1.0]], positive_receptor_type=3), ("positive_receptor_type",)),
    (lambda: sim.PoolDenseConnector([1.0, np.inf]), ("weights", "PoolDenseConnector")),
    (lambda: sim.PoolDenseConnector("x"), ("weights", "PoolDenseConnector")),
    (lambda: sim.KernelConnector((3, 3), (3, 3), 0), ("shape_kernel", "0")),
    (
        lambda: sim.KernelConnector((3, 3), (3, 3), 3, weight_kernel=np.ones((2, 2))),
        ("weight_kernel", "(2, 2)"),
    ),
    (
        lambda: sim.KernelConnector((3, 3), (3, 3), 3, pre_sample_steps_in_post=0),
        ("pre_sample_steps_in_post",),
    ),
    (lambda: sim.extra_models.AllButMeConnector(0), ("n_neurons_per_group", "0")),
    (lambda: sim.extra_models.AllButMeConnector(3, weights=[1.0]), ("weights", "3 x 2 = 6")),
    (lambda: sim.Convolution(delay=-1.0), ("delay", "Convolution")),
    (lambda: sim.Convolution(delay=[0.1, 0.2]), ("delay", "Convolution")),
]


@pytest.mark.parametrize(("make", "words"), MISTAKES)
def test_wrong_arguments_are_named(make, words):
    with pytest.raises((ValueError, TypeError)) as failure:
        make()
    for word in words:
        assert word in str(failure.value)


KERNEL_3 = sim.ConvolutionConnector(np.ones((3, 3)))
UNFIT = [
    (
        lambda: (grid(5, 5), grid(4, 3, label="out"), KERNEL_3, sim.Convolution()),
        ('"out"', "3 rows", "size (3, 3)"),
    ),
    (
        lambda: (
            sim.Population(25, sim.IF_curr_exp(), label="line"),
            grid(3, 3),
            KERNEL_3,
            sim.Convolution(),
        ),
        ('"line"', "Grid2D"),
    ),
    (lambda: (grid(5, 5), grid(3, 3)[:4], KERNEL_3, sim.Convolution()), ("Grid2D",)),
    (lambda: (grid(5, 5), grid(3, 3), KERNEL_3, sim.StaticSynapse()), ("synapse_type=Convolution()",)),
    (lambda: (grid(5, 5), grid(3, 3), KERNEL_3, sim.PoolDense()), ("PoolDense", "PoolDenseConnector")),
    (
        lambda: (grid(5, 5), grid(5, 5), sim.OneToOneConnector(), sim.Convolution()),
        ("Convolution", "ConvolutionConnector", "OneToOneConnector"),
    ),
    (
        lambda: (
            grid(5, 5),
            grid(3, 3),
            sim.ConvolutionConnector(np.ones((3, 3)), negative_receptor_type="shunting"),
            sim.Convolution(),
        ),
        ("shunting", "excitatory, inhibitory", "negative_receptor_type"),
    ),
    (
        lambda: (
            grid(4, 4),
            sim.Population(2, sim.IF_curr_exp()),
            sim.PoolDenseConnector([1.0] * 5),
            sim.PoolDense(),
        ),
        ("5 values", "32 weights"),
    ),
    (
        lambda: (
            grid(4, 4),
            grid(4, 4, label="out"),
            sim.KernelConnector((4, 4), (2, 2), 3),
            sim.StaticSynapse(),
        ),
        ("shape_post", "4 cells", '"out" has 16'),
    ),
    (
        lambda: (grid(4, 4), grid(2, 2), sim.extra_models.AllButMeConnector(), sim.StaticSynapse()),
        ("16 sources", "4 targets"),
    ),
    (
        lambda: (grid(2, 2), grid(2, 2), sim.extra_models.AllButMeConnector(3), sim.StaticSynapse()),
        ("n_neurons_per_group", "4 cells"),
    ),
]


@pytest.mark.parametrize(("make", "words"), UNFIT)
def test_cells_that_do_not_fit_are_refused_and_nothing_is_built(make, words):
    parts = make()
    before = len(sim.simulator.state.projections)
    with pytest.raises((errors.ConnectionError, errors.InvalidDimensionsError)) as failure:
        sim.Projection(*parts[:3], parts[3])
    for word in words:
        assert word in str(failure.value)
    assert len(sim.simulator.state.projections) == before
    sim.run(1.0)


def test_weights_of_a_kernel_cannot_be_set():
    projection, _ = convolution(grid(3, 3), sim.ConvolutionConnector([[1.0, -1.0]]))
    before = connections(projection)
    for change in (
        lambda: projection.set(weight=0.5),
        lambda: projection.normalize_weights(1.0),
        lambda: setattr(projection[0], "weight", 0.5),
    ):
        with pytest.raises(errors.InvalidParameterValueError, match="ConvolutionConnector"):
            change()
    assert connections(projection) == before
    projection.set(delay=0.5)
    assert set(projection.get("delay", "list", with_address=False)) == {0.5}
