"""`benchmarks/loihi_bills.py`: a network of a `.net` file whose row is worked out by hand."""

import importlib.util
from pathlib import Path

import h5py
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bills():
    spec = importlib.util.spec_from_file_location("loihi_bills", ROOT / "benchmarks" / "loihi_bills.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(path):
    """Two inputs, each with a hidden cell of its own; an output that hears the first one, a step late."""
    layers = [np.array([[100, 0], [0, 100]]), np.array([[100, 0]])]
    with h5py.File(path, "w") as file:
        file["layer/0/type"] = [b"input"]
        for number, weight in enumerate(layers, 1):
            group = file.create_group(f"layer/{number}")
            group["type"], group["weight"] = [b"dense"], weight.astype(np.float32)
            for name, value in (("iDecay", 4096), ("vDecay", 4096), ("vThMant", 50)):
                group[f"neuron/{name}"] = value
        file["layer/1/delay"] = np.array([1.0, 0.0])
    return path


def test_row_of_a_network_is_its_bill_by_hand(bills, tmp_path):
    layers = bills.read_net(write(tmp_path / "small.net"))
    bills.sim.setup()
    source, populations = bills.build(layers, 2)
    # both fire in step 0 of the first sample; the first one in steps 1 and 2 of the second
    samples = [(np.array([0, 0]), np.array([0, 1])), (np.array([1, 2]), np.array([0, 0]))]
    bills.present(source, samples, 9)

    hidden, output = (bills.rasters(population, 2, 9) for population in populations)
    row = dict(zip(bills.HEAD, bills.bill("task", "net"), strict=True))

    # an input of step t is integrated as that of row t; the output hears the hidden cell 1 + 1 steps later
    assert [tuple(map(int, spike)) for spike in np.argwhere(hidden)] == [
        (0, 0, 0),
        (0, 1, 0),
        (1, 0, 1),
        (1, 0, 2),
    ]
    assert [tuple(map(int, spike)) for spike in np.argwhere(output)] == [(0, 0, 2), (1, 0, 3), (1, 0, 4)]
    assert bills.shape_of(layers) == "2-2-1"
    assert bills.n_parameters(layers) == 6
    # 10 steps a sample, four events at the hidden cells and three at the output
    assert (row["steps a sample"], row["cores"], row["synaptic events a sample"]) == ("10", "1", "4")
    found = bills.machine.describe(bills.sim.simulator.state)
    neurons = sum(term["joules"] for term in found["energy"]["terms"] if "neurons" in term["name"])
    assert 3 * 20 * 52e-12 <= neurons <= 3 * 20 * 81e-12
    # 7 events, and 3 messages of the hidden cell that has a target
    dynamic = neurons + 7 * 23.6e-12 + 3 * 1.7e-12
    step = found["time"]["step_seconds"]
    assert 3 * 5.3e-9 + 113e-9 < step < 3 * 8.4e-9 + 7 / 20 * 3.5e-9 + 113e-9 + 1e-15
    static = 3.34 / 32 * 20 * step
    assert row["energy of events, uJ"] == bills.rounded(1e6 * dynamic / 2)
    assert row["static energy of the chip, uJ"] == bills.rounded(1e6 * static / 2)
    assert row["time a sample, ms"] == bills.rounded(1e3 * 10 * step)
    assert row["times faster than real time"] == bills.rounded(1e-3 / step)
    # the two samples differ by little
    product = float(row["energy-delay product, uJs"]) * 1e-6
    assert product == pytest.approx((dynamic + static) / 2 * 10 * step, rel=0.01)


def test_measured_rows_agree_with_themselves(bills):
    # the last one's product is 14 % larger than its energy times its time, as the page says
    for _, _, n_steps, _, millijoules, faster, product in bills.TALK[:-1]:
        # energy times time, in uJs
        assert millijoules * n_steps / faster == pytest.approx(product, rel=0.02)


def test_page_has_the_row_of_every_network(bills):
    text = bills.PAGE.read_text()
    table = text.split(bills.BEGIN)[1].split(bills.END)[0].strip().splitlines()
    assert table[0] == bills.table([])[0]
    assert table[-len(bills.TALK) :] == bills.table([])[2:]
    assert len(table) == 2 + 4 + len(bills.TALK)
