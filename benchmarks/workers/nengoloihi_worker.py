"""The emulator of nengo-loihi on a Loihi net, built of its own blocks: nengoloihi_worker.py FOLDER [split]

split: the one block is cut by nengo-loihi itself into blocks that fit a core of the chip, as it does with
every model before it emulates it; otherwise it stays whole, however large.
"""

import sys
from pathlib import Path

import protocol

channel = protocol.claim_stdout()

import nengo_loihi  # noqa: E402
import numpy as np  # noqa: E402
import scipy.sparse  # noqa: E402
from nengo_loihi.block import Axon, LoihiBlock, Synapse  # noqa: E402
from nengo_loihi.builder import Model  # noqa: E402
from nengo_loihi.builder.split_blocks import split_model  # noqa: E402
from nengo_loihi.emulator import EmulatorInterface  # noqa: E402
from nengo_loihi.inputs import SpikeInput  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import nets  # noqa: E402

STATES = ("decay_u", "decay_v", "vth", "bias", "refract_delay", "enable_noise")


def synapse(block, n_axons, n_cells, pre, post, weight):
    matrix = scipy.sparse.csr_matrix((weight, (pre, post)), shape=(n_axons, n_cells))
    made = Synapse(n_axons)
    made.set_weights(matrix)
    made.weights = [np.asarray(row, dtype=np.int32) for row in made.weights]
    made.weights = [row * 2**6 for row in made.weights]
    block.add_synapse(made)
    return made


def main():
    p, arrays = nets.load(sys.argv[1])
    a = {name: np.array(array).astype(int) for name, array in arrays.items()}
    n, n_sources = p["n_exc"], p["n_sources"]
    block = LoihiBlock(n)
    compartment = block.compartment
    compartment.decay_u[:], compartment.decay_v[:] = p["du"] - 1, p["dv"]
    compartment.vth[:] = p["vth"] * 64
    compartment.refract_delay[:] = 1
    compartment.vmin, compartment.vmax = -(2**23) + 1, 2**23 - 1
    compartment.scale_u = compartment.scale_v = False
    for name in STATES:
        setattr(compartment, name, getattr(compartment, name).astype(np.int32))
    recurrent = synapse(block, n, n, a["pre"], a["post"], a["weight"])
    driven = synapse(block, n_sources, n, a["drive_pre"], a["drive_post"], a["drive_weight"])
    own = Axon(n)
    own.target = recurrent
    own.set_compartment_axon_map(np.arange(n))
    block.add_axon(own)
    drive = SpikeInput(n_sources)
    feed = Axon(n_sources)
    feed.target = driven
    feed.set_compartment_axon_map(np.arange(n_sources))
    drive.add_axon(feed)
    order = np.argsort(a["drive_step"], kind="stable")
    steps, first = np.unique(a["drive_step"][order], return_index=True)
    for step, sources in zip(steps, np.split(a["drive_source"][order], first[1:])):  # noqa: B905
        drive.add_spikes(int(step) + 1, list(sources))
    model = Model()
    model.add_input(drive)
    model.add_block(block)
    if "split" in sys.argv[2:]:
        split_model(model)
    emulator = EmulatorInterface(model, seed=0)
    count = [0]

    def steps_of(n_steps):
        for _ in range(n_steps):
            emulator.step()
            count[0] += int(emulator.compartment.spiked.sum())

    def run(n_steps):
        before = count[0]
        cpu, wall = protocol.timed(steps_of, int(n_steps))
        return {"cpu": cpu, "wall": wall, "spikes": count[0] - before}

    ready = {
        "version": f"nengo-loihi {nengo_loihi.__version__}",
        "arithmetic": "int32, numpy",
        "n_blocks": len(model.blocks),
    }
    protocol.serve(channel, ready, run)


main()
