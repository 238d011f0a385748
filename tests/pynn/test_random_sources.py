"""Random spike sources with memory or with bins: distributions, windows, parameters, mistakes."""

import numpy as np
import pytest
from pyNN.parameters import Sequence
from scipy import stats

import pynn_neuro as sim
from pynn_neuro import errors

DT = 0.1
# Each test of a distribution fails by chance once in a thousand seeds; the seed is fixed.
P_VALUE = 1e-3


@pytest.fixture(autouse=True)
def clean():
    sim.setup(timestep=DT, seed=11)


def trains_after(source, n, duration):
    cells = sim.Population(n, source)
    cells.record("spikes")
    sim.run(duration)
    return trains_of(cells)


def trains_of(cells):
    return [train.magnitude for train in cells.get_data("spikes").segments[-1].spiketrains]


def intervals(trains):
    """Whole intervals from time 0 on, the first ones included, in the middle of their steps."""
    return np.concatenate([np.diff(train, prepend=0.0) for train in trains])


def long_enough(trains, n_each):
    """The first intervals of each train, so that short ones are not preferred."""
    assert min(len(train) for train in trains) >= n_each
    return intervals([train[:n_each] for train in trains])


def assert_distributed(sample, distribution):
    """Kolmogorov and Smirnov, blurred by the step as the sample is."""
    blurred = sample + np.random.default_rng(1).uniform(-DT, DT, sample.size) / 2
    assert stats.kstest(blurred, distribution.cdf).pvalue > P_VALUE


# -- distributions of intervals --------------------------------------------------------------------


@pytest.mark.parametrize("alpha, beta", [(1.0, 50.0), (3.0, 150.0), (0.6, 20.0), (20.0, 900.0), (2.5, 100.0)])
def test_intervals_of_a_gamma_source(alpha, beta):
    trains = trains_after(sim.SpikeSourceGamma(alpha=alpha, beta=beta), 300, 2000.0)
    assert_distributed(long_enough(trains, 10), stats.gamma(alpha, scale=1000.0 / beta))


@pytest.mark.parametrize("rate, tau_refrac", [(50.0, 5.0), (90.0, 10.0), (20.0, 0.0), (30.0, 0.04)])
def test_intervals_of_a_refractory_source(rate, tau_refrac):
    trains = trains_after(sim.SpikeSourcePoissonRefractory(rate=rate, tau_refrac=tau_refrac), 300, 2000.0)
    mean = 1000.0 / rate - tau_refrac
    first = np.array([train[0] for train in trains])
    later = np.concatenate([np.diff(train[:10]) for train in trains])
    assert_distributed(first - DT / 2, stats.expon(scale=mean))
    assert_distributed(later, stats.expon(loc=tau_refrac, scale=mean))
    assert later.min() > tau_refrac - DT


@pytest.mark.parametrize("a, b", [(1.0, 0.02), (3.0, 0.007), (8.5, 0.002), (40.0, 0.0005)])
def test_constant_bins_are_a_gamma_process(a, b):
    trains = trains_after(sim.SpikeSourceInhGamma(a=[a], b=[b], tbins=[0.0]), 300, 2000.0)
    assert_distributed(long_enough(trains, 10), stats.gamma(a, scale=1000.0 * b))


def test_intervals_are_independent_between_cells_and_in_a_train():
    trains = trains_after(sim.SpikeSourceGamma(alpha=2.0, beta=200.0), 200, 2000.0)
    gaps = np.array([np.diff(train[:100]) for train in trains])
    n = gaps[:, 1:].size
    assert abs(np.corrcoef(gaps[:, 1:].ravel(), gaps[:, :-1].ravel())[0, 1]) < 4 / n**0.5
    assert abs(np.corrcoef(gaps[1:].ravel(), gaps[:-1].ravel())[0, 1]) < 4 / n**0.5


# -- bins and windows ------------------------------------------------------------------------------


def counts_between(trains, edges):
    return np.array([np.histogram(train, bins=np.array(edges) + DT / 2)[0] for train in trains])


def test_inhomogeneous_rate_follows_the_bins():
    source = sim.SpikeSourceInhGamma(
        a=[4.0, 4.0, 4.0], b=[0.005, 0.0025, 0.02], tbins=[100.0, 600.0, 1100.0], start=0.0, duration=1500.0
    )
    counts = counts_between(trains_after(source, 400, 2000.0), [0, 100, 600, 1100, 1500, 2000])
    assert counts[:, 0].sum() == counts[:, 4].sum() == 0
    # rate 1 / (a b) once the age has forgotten the change: within the transient of one interval
    mean = counts.mean(axis=0)
    for k, (length, interval) in enumerate([(500.0, 20.0), (500.0, 10.0), (400.0, 80.0)], start=1):
        sd = (length / interval / 4.0 / 400) ** 0.5
        assert abs(mean[k] - length / interval) < 1.0 + 4 * sd


def test_age_passes_from_bin_to_bin():
    """b doubles at age 50 ms: the survivors of the first bin go on with the hazard of the second."""
    a, b = 2.0, (0.02, 0.04)
    trains = trains_after(sim.SpikeSourceInhGamma(a=[a, a], b=b, tbins=[0.0, 50.0]), 4000, 1000.0)
    first = np.array([train[0] for train in trains])
    early, late = stats.gamma(a, scale=20.0), stats.gamma(a, scale=40.0)
    n = first.size
    p = early.sf(50.0)
    assert abs((first > 50.05).mean() - p) < 4 * (p * (1 - p) / n) ** 0.5
    survivors = first[first > 50.05]
    q = late.sf(120.0) / late.sf(50.0)
    assert abs((survivors > 120.05).mean() - q) < 4 * (q * (1 - q) / survivors.size) ** 0.5


@pytest.mark.parametrize(
    "source",
    [
        lambda **window: sim.SpikeSourceGamma(alpha=2.0, beta=400.0, **window),
        lambda **window: sim.SpikeSourcePoissonRefractory(rate=200.0, tau_refrac=2.0, **window),
        lambda **window: sim.SpikeSourceInhGamma(a=[2.0], b=[0.0025], tbins=[0.0], **window),
    ],
)
def test_spikes_lie_behind_the_start_and_up_to_the_end(source):
    times = np.concatenate(trains_after(source(start=20.0, duration=30.0), 300, 100.0))
    assert 20.0 < times.min() < 21.5
    assert 49.0 < times.max() < 50.05
    counts = np.histogram(times, bins=[35.05, 50.05])[0][0]
    assert abs(counts / (300 * 15.0 * 0.2) - 1) < 0.15


# -- parameters, runs, resets ----------------------------------------------------------------------

SOURCES = [
    lambda: sim.SpikeSourceGamma(alpha=[2.0, 3.0, 0.5], beta=[100.0, 300.0, 50.0]),
    lambda: sim.SpikeSourcePoissonRefractory(rate=[50.0, 100.0, 200.0], tau_refrac=[0.0, 3.0, 4.0]),
    lambda: sim.SpikeSourceInhGamma(
        a=[Sequence([2.0, 3.0]), Sequence([1.0]), Sequence([3.0, 1.5, 1.0])],
        b=[Sequence([0.005, 0.002]), Sequence([0.01]), Sequence([0.002, 0.004, 0.01])],
        tbins=[Sequence([0.0, 50.0]), Sequence([10.0]), Sequence([0.0, 40.0, 80.0])],
    ),
]


@pytest.mark.parametrize("source", SOURCES)
def test_slices_and_resets_give_the_same_trains(source):
    def run(*slices):
        sim.setup(timestep=DT, seed=4)
        cells = sim.Population(3, source())
        cells.record("spikes")
        for duration in slices:
            sim.run(duration)
        first = [train.tolist() for train in trains_of(cells)]
        sim.reset()
        sim.run(sum(slices))
        assert [train.tolist() for train in trains_of(cells)] == first
        return first

    whole = run(200.0)
    assert run(0.1, 42.3, 157.6) == whole
    assert min(len(train) for train in whole) > 2
    sim.setup(timestep=DT, seed=5)
    assert [train.tolist() for train in trains_after(source(), 3, 200.0)] != whole


def test_a_new_rate_holds_from_the_present_on():
    gamma = sim.Population(300, sim.SpikeSourceGamma(alpha=2.0, beta=100.0))
    dead = sim.Population(300, sim.SpikeSourcePoissonRefractory(rate=50.0, tau_refrac=5.0))
    gamma.record("spikes")
    dead.record("spikes")
    sim.run(1000.0)
    gamma.set(beta=400.0)
    dead.set(rate=150.0)
    sim.run(1000.0)
    for cells, rates, cv2 in ((gamma, (50, 200), (0.5, 0.5)), (dead, (50, 150), (0.5625, 0.0625))):
        counts = counts_between(trains_of(cells), [0, 1000, 2000]).mean(axis=0)
        for count, rate, variation in zip(counts, rates, cv2, strict=True):
            assert abs(count - rate) < 0.5 + 4 * (rate * variation / 300) ** 0.5


def test_a_rate_of_zero_is_silence():
    for source in (
        sim.SpikeSourceGamma(beta=0.0),
        sim.SpikeSourcePoissonRefractory(rate=0.0, tau_refrac=3.0),
    ):
        assert sum(map(len, trains_after(source, 10, 100.0))) == 0


def test_values_are_got_as_they_were_given():
    gamma = sim.Population(2, sim.SpikeSourceGamma(alpha=[2.0, 3.5], beta=7.0))
    assert gamma.get("alpha").tolist() == [2.0, 3.5]
    assert gamma.get(["beta", "start", "duration"]) == [7.0, 0.0, 1e10]
    bins = sim.Population(2, sim.SpikeSourceInhGamma(a=(2.0, 3.0), b=np.array([0.1, 0.2]), tbins=[0.0, 5.0]))
    assert bins.get("b").value.tolist() == [0.1, 0.2]
    bins[1:].set(a=[1.0], b=[0.3], tbins=[2.0])
    assert [one.value.tolist() for one in bins.get("tbins")] == [[0.0, 5.0], [2.0]]
    assert bins[0].a.value.tolist() == [2.0, 3.0]


@pytest.mark.parametrize(
    "model, parameters, word",
    [
        ("SpikeSourceGamma", {"alpha": 0.0}, "alpha"),
        ("SpikeSourceGamma", {"beta": -1.0}, "beta"),
        ("SpikeSourcePoissonRefractory", {"rate": 100.0, "tau_refrac": 10.0}, "dead time included"),
        ("SpikeSourcePoissonRefractory", {"tau_refrac": -1.0}, "tau_refrac"),
        ("SpikeSourcePoissonRefractory", {"duration": float("nan")}, "duration"),
        ("SpikeSourceInhGamma", {"a": [0.5]}, '"a"'),
        ("SpikeSourceInhGamma", {"b": [0.0]}, '"b"'),
        ("SpikeSourceInhGamma", {"a": [1.0, 2.0]}, "2 of a"),
        ("SpikeSourceInhGamma", {"a": [2.0] * 2, "b": [0.1] * 2, "tbins": [5.0, 5.0]}, "must increase"),
        ("SpikeSourceInhGamma", {"tbins": [-1.0]}, "tbins"),
        ("SpikeSourceInhGamma", {"tbins": "now"}, "tbins"),
    ],
)
def test_impossible_sources_raise(model, parameters, word):
    with pytest.raises(errors.InvalidParameterValueError, match=word):
        sim.Population(1, getattr(sim, model)(**parameters))


@pytest.mark.parametrize(
    "model, before, wrong",
    [
        ("SpikeSourcePoissonRefractory", {"tau_refrac": 10.0}, {"rate": 100.0}),
        ("SpikeSourceGamma", {"alpha": 1.0}, {"beta": 2e6}),
        ("SpikeSourceInhGamma", {"b": [0.1]}, {"b": [1e-7]}),
    ],
)
def test_what_does_not_go_with_the_rest_is_refused_when_it_is_set(model, before, wrong):
    cells = sim.Population(2, getattr(sim, model)(**before))
    cells.record("spikes")
    good = {name: str(cells.get(name)) for name in wrong}
    with pytest.raises(errors.InvalidParameterValueError, match=f'"{min(wrong)}" of {model}'):
        cells.set(**wrong)
    assert {name: str(cells.get(name)) for name in wrong} == good
    sim.run(1.0)


def test_projections_from_random_sources_deliver_every_spike():
    source = sim.Population(20, sim.SpikeSourceGamma(alpha=2.0, beta=300.0))
    target = sim.Population(20, sim.IF_curr_delta(v_thresh=1e9, tau_m=1e9, v_rest=0.0, v_reset=0.0))
    target.initialize(v=0.0)
    sim.Projection(source, target, sim.OneToOneConnector(), sim.StaticSynapse(weight=1.0, delay=0.5))
    source.record("spikes")
    target.record("v")
    sim.run(100.0)
    v = target.get_data("v").segments[0].analogsignals[0].magnitude
    counts = [int((train <= 99.5 + 1e-6).sum()) for train in trains_of(source)]
    assert np.rint(v[-1]).tolist() == counts
    assert min(counts) > 3
