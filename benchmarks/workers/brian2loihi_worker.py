"""brian2-loihi's side of a Loihi net, compiled by Cython: brian2loihi_worker.py FOLDER"""

import sys
from pathlib import Path

import protocol

channel = protocol.claim_stdout()

import brian2 as b2  # noqa: E402
import brian2_loihi as bl  # noqa: E402
import numpy as np  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import nets  # noqa: E402


def synapses(source, target, pre, post, weight):
    made = bl.LoihiSynapses(source, target, sign_mode=bl.synapse_sign_mode.MIXED)
    made.connect(i=pre, j=post)
    made.w = weight
    return made


def main():
    p, arrays = nets.load(sys.argv[1])
    b2.prefs.codegen.target = "cython"
    a = {name: np.array(array).astype(int) for name, array in arrays.items()}
    cells = bl.LoihiNeuronGroup(
        p["n_exc"], refractory=1, threshold_v_mant=p["vth"], decay_v=p["dv"], decay_I=p["du"]
    )
    drive = bl.LoihiSpikeGeneratorGroup(p["n_sources"], a["drive_source"], a["drive_step"])
    monitor = bl.LoihiSpikeMonitor(cells)
    net = bl.LoihiNetwork(
        cells,
        drive,
        monitor,
        synapses(cells, cells, a["pre"], a["post"], a["weight"]),
        synapses(drive, cells, a["drive_pre"], a["drive_post"], a["drive_weight"]),
    )
    net.run(1)  # compiles
    before = [0]

    def run(steps):
        cpu, wall = protocol.timed(net.run, int(steps))
        spikes, before[0] = int(monitor.num_spikes) - before[0], int(monitor.num_spikes)
        return {"cpu": cpu, "wall": wall, "spikes": spikes}

    version = f"brian2-loihi {getattr(bl, '__version__', '0.5.2')} on Brian2 {b2.__version__}"
    protocol.serve(channel, {"version": version, "arithmetic": "Cython, float64"}, run)


main()
