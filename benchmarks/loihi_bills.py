"""What trained networks would cost on a Loihi, beside what was measured with networks of their kind.

    python benchmarks/loihi_bills.py                prints the table
    python benchmarks/loihi_bills.py --write        and puts it into docs/platforms/loihi_costs.md

The networks: `oxford.net` of Lava-DL's tutorial (beside the golden vectors), the nets of
examples/loihi_xor.py, and, from the folder that --data or PYNN_NEURO_DATA names, `networks/slayer_nmnist.net`
on N-MNIST recordings and `networks/snn_cuba.net` on MNIST digits. Every one is written in PyNN with Loihi's
own cells and synapses and compared with the outputs that belong to it; marks between the samples
(`streaming.mark_at`) give the bill of each.
"""

import argparse
import gzip
import os
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "examples")]

import pynn_neuro.loihi as sim  # noqa: E402
from pynn_neuro import streaming  # noqa: E402
from pynn_neuro.platforms.loihi import machine  # noqa: E402

GOLDEN = ROOT / "tests" / "golden" / "loihi"
PAGE = ROOT / "docs" / "platforms" / "loihi_costs.md"
BEGIN, END = "<!-- table: made by benchmarks/loihi_bills.py -->", "<!-- end of table -->"

# S. B. Shrestha, slides on SLAYER for Loihi: task, net, cores, mJ a sample, times faster than real time, uJs.
# Steps are of 1 ms; the energy-delay product is energy times the time of a sample on the machine.
TALK = (
    ("N-MNIST", "convolutions, 1,147 k parameters", 300, 37, 1.98, 9.86, 60.54),
    ("NTIDIGITS", "144 k parameters, axonal delays", 3000, 6, 0.51, 33.1, 46.96),
    ("DVS gesture, few cores", "1,059 k parameters", 1500, 18, 9.88, 11.13, 1340.86),
    ("DVS gesture, best", "1,066 k parameters", 1500, 79, 15.42, 12.71, 2071.34),
)
HEAD = (
    "task",
    "net",
    "steps a sample",
    "cores",
    "synaptic events a sample",
    "energy of events, uJ",
    "static energy of the chip, uJ",
    "time a sample, ms",
    "times faster than real time",
    "energy-delay product, uJs",
)


def read_net(path):
    """Dense layers of a `.net` file: dicts of weight (post, pre), delay (one a cell) and registers."""
    import h5py

    layers = []
    with h5py.File(path) as file:
        for number in sorted(file["layer"], key=int):
            layer = file["layer"][number]
            if "weight" not in layer or "neuron" not in layer:
                continue
            registers = {name: int(layer[f"neuron/{name}"][()]) for name in ("iDecay", "vDecay", "vThMant")}
            weight = layer["weight"][()].astype(int)
            delay = layer["delay"][()].astype(int) if "delay" in layer else np.zeros(len(weight), int)
            layers.append({"weight": weight, "delay": delay, **registers})
    return layers


def build(layers, n_inputs):
    """Sources and layers as populations; delays are those of the axons that leave a layer."""
    source = sim.Population(n_inputs, sim.SpikeSourceArray(), label="input")
    populations, before, delay = [], source, np.zeros(n_inputs, int)
    for number, layer in enumerate(layers):
        cell = sim.CUBA(du=layer["iDecay"] - 1, dv=layer["vDecay"], vth=layer["vThMant"])
        cells = sim.Population(len(layer["weight"]), cell, label=f"layer {number + 1}")
        post, pre = np.nonzero(layer["weight"])
        columns = (pre, post, layer["weight"][post, pre], 1.0 + delay[pre])
        sim.Projection(
            before,
            cells,
            sim.FromListConnector(np.stack(columns, axis=1)),
            sim.LoihiSynapse(sign_mode=sim.MIXED),
        )
        cells.record("spikes")
        populations.append(cells)
        before, delay = cells, layer["delay"]
    source.record("spikes")
    return source, populations


def present(source, samples, n_steps):
    """Samples (steps, cells of the source that fire) one after the other, each from rest, and marks between.

    An input of step t acts in step t + 1: a sample takes a step more than it has.
    """
    length = n_steps + 1
    begins = length * np.arange(len(samples))
    for begin, (steps, indices) in zip(begins, samples, strict=True):
        streaming.stream_spikes(source, (begin + steps).astype(float), indices)
    streaming.reset_state_at(begins[1:].astype(float))
    streaming.mark_at([*begins.astype(float), float(length * len(samples))], "sample")
    sim.run(float(length * len(samples)))


def rasters(population, n_samples, n_steps):
    """Spikes of a population, bool (sample, cell, step of the sample)."""
    found = np.zeros((n_samples, population.size, n_steps + 1), bool)
    for cell, train in enumerate(population.get_data("spikes").segments[-1].spiketrains):
        sample, step = np.divmod(np.rint(train.magnitude).astype(int), n_steps + 1)
        found[sample, cell, step] = True
    return found[:, :, 1:]


def bill(task, net, n_samples=None):
    """A row of the table: means over the marked samples, or the whole run over `n_samples`."""
    found = machine.describe(sim.simulator.state)
    energy, time = found["energy"], found["time"]
    n = n_samples or len(found["samples"])
    if n_samples is None:
        seconds = sum(sample["seconds"] for sample in found["samples"]) / n
        product = sum(sample["energy_delay"] for sample in found["samples"]) / n
    else:
        seconds = energy["seconds"] / n
        product = energy["total_joules"] / n * seconds
    n_steps = time["n_steps"] / n
    return (
        task,
        net,
        f"{n_steps:.0f}",
        f"{found['boards']['n_cores_used']}",
        f"{sum(core['synaptic_events'] for core in found['cores']) / n:,.0f}",
        rounded(1e6 * energy["dynamic_joules"] / n),
        rounded(1e6 * energy["static_joules"] / n),
        rounded(1e3 * seconds),
        rounded(time["timestep_seconds"] * n_steps / seconds),
        rounded(1e6 * product),
    )


def rounded(x):
    """Three digits."""
    return f"{float(f'{x:.3g}'):,g}"


def n_parameters(layers):
    return sum(layer["weight"].size for layer in layers)


def shape_of(layers):
    return "-".join(
        str(n) for n in (layers[0]["weight"].shape[1], *(len(layer["weight"]) for layer in layers))
    )


def oxford(_):
    """200 spike trains become the picture of a building."""
    layers = read_net(GOLDEN / "oxford.net")
    vectors = np.load(GOLDEN / "lava_netx.npz")
    spikes = vectors["oxford/s_in"]
    sim.setup()
    source, populations = build(layers, spikes.shape[1])
    present(source, [np.nonzero(spikes)], len(spikes))
    # a layer's step of latency in the vectors is that of its synapses
    (found,) = rasters(populations[-1], 1, len(spikes))
    if not np.array_equal(found.T[:-1], vectors["oxford/s1"][1:]):
        raise SystemExit("oxford.net: spikes differ from Lava-DL's")
    return bill("Oxford spikes", f"{shape_of(layers)}, {n_parameters(layers):,} parameters")


def nmnist(data):
    """100 recordings of an event camera."""
    layers = read_net(data / "networks" / "slayer_nmnist.net")
    expected = np.load(data / "networks" / "slayer_nmnist_expected.npz")
    file = np.load(data / "nmnist" / "test100.npz")
    n_steps, samples = 350, []
    polarity = np.unpackbits(file["p"])[: len(file["x"])].astype(int)
    cell = polarity * 1156 + file["y"].astype(int) * 34 + file["x"]
    for begin, end in zip(file["offset"], file["offset"][1:], strict=False):
        step = np.cumsum(file["dt_us"][begin:end].astype(int)) // 1000
        events = np.unique(np.stack([step, cell[begin:end]]), axis=1)
        samples.append(tuple(events[:, events[0] < n_steps]))
    sim.setup()
    source, populations = build(layers, 2312)
    present(source, samples, n_steps)
    found = rasters(populations[-1], len(samples), n_steps)
    if not np.array_equal(found.sum(axis=2), expected["out_counts"]):
        raise SystemExit("slayer_nmnist.net: counts of spikes differ from the expected ones")
    return bill("N-MNIST", f"{shape_of(layers)}, {n_parameters(layers):,} parameters")


def mnist(data, n_samples=200):
    """Digits as regular spikes; a net with axonal delays."""
    layers = read_net(data / "networks" / "snn_cuba.net")
    expected = np.load(data / "networks" / "snn_cuba_expected.npz")
    with gzip.open(data / "mnist" / "t10k-images-idx3-ubyte.gz") as file:
        images = np.frombuffer(file.read(), np.uint8, 784 * n_samples, 16).reshape(n_samples, 784).astype(int)
    n_input, n_steps, samples = 20, 24, []
    t = np.arange(n_input)[:, None]
    for image in images:
        samples.append(np.nonzero(image * (t + 1) // 255 > image * t // 255))
    sim.setup()
    source, populations = build(layers, 784)
    present(source, samples, n_steps)
    counts = rasters(populations[-1], n_samples, n_steps).sum(axis=2)
    if not np.array_equal(counts, expected["out_counts"][:n_samples]):
        raise SystemExit("snn_cuba.net: counts of spikes differ from the expected ones")
    return bill("MNIST", f"{shape_of(layers)}, {n_parameters(layers):,} parameters, axonal delays")


def xor(_, n_nets=20, n_turns=200):
    """Nets that learn XOR by backpropagation in spikes; a sample is one turn of one net."""
    import _common
    import loihi_xor

    rng = np.random.default_rng(1)
    first = 2 * rng.integers(-30, 31, (n_nets, loihi_xor.N_IN, loihi_xor.N_HIDDEN))
    second = 2 * rng.integers(-30, 31, (n_nets, loihi_xor.N_HIDDEN, 1))
    orders = rng.integers(0, 4, (n_turns, n_nets))
    nets = loihi_xor.XorNets(first, second, orders, np.ones(n_nets, bool))
    with _common.Progress("XOR", 10) as progress:
        said = nets.run(progress)
    expected, _, _ = loihi_xor.in_numpy(first, second, orders, np.ones(n_nets, bool))
    if not np.array_equal(said, expected):
        raise SystemExit("loihi_xor.py: answers differ from those of whole numbers")
    return bill("XOR, learning", f"{n_nets} nets 3-6-1 with their gates, side by side", n_turns)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", default=os.environ.get("PYNN_NEURO_DATA"), help="folder of data sets and networks"
    )
    parser.add_argument("--write", action="store_true", help="put the table into the page")
    options = parser.parse_args(arguments)
    rows = [oxford(None), xor(None)]
    if options.data is None:
        print("no --data and no PYNN_NEURO_DATA: without N-MNIST and MNIST", file=sys.stderr)
    else:
        rows = [nmnist(Path(options.data)), mnist(Path(options.data)), *rows]
    lines = table(rows)
    print("\n".join(lines))
    if options.write:
        text = PAGE.read_text()
        before, rest = text.split(BEGIN)
        PAGE.write_text("\n".join([before + BEGIN, "", *lines, "", END + rest.split(END)[1]]))
    sim.end()
    return 0


def table(rows):
    """Markdown: our rows, then the talk's in the same columns."""
    rows = [(f"**{row[0]}**", *row[1:]) for row in rows]
    for task, net, n_steps, cores, millijoules, faster, product in TALK:
        rows.append(
            (f"{task} (measured)", net, n_steps, cores, "", f"{1e3 * millijoules:,.0f} in all", "")
            + (rounded(n_steps / faster), faster, f"{product:,}")
        )
    return [
        f"| {' | '.join(HEAD)} |",
        f"|{'---|' * len(HEAD)}",
        *(f"| {' | '.join(map(str, row))} |" for row in rows),
    ]


if __name__ == "__main__":
    sys.exit(main())
