"""Lava's bit-accurate processes on a Loihi net: lava_worker.py FOLDER

Its models run in processes of their own, whose processor time is read from /proc.
"""

import os
import sys
from pathlib import Path

import protocol

channel = protocol.claim_stdout()

import numpy as np  # noqa: E402
import scipy.sparse  # noqa: E402
from lava.magma.core.run_conditions import RunSteps  # noqa: E402
from lava.magma.core.run_configs import Loihi2SimCfg  # noqa: E402
from lava.proc.dense.process import Dense  # noqa: E402
from lava.proc.io.sink import RingBuffer as Sink  # noqa: E402
from lava.proc.io.source import RingBuffer as Source  # noqa: E402
from lava.proc.lif.process import LIF  # noqa: E402
from lava.proc.sparse.process import Sparse  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import nets  # noqa: E402

RECORDED = 10
# Lava's matrices are faster than its sparse weights up to about this size (1,000 cells, density 0.1: by a
# quarter), and take gigabytes and seconds beyond.
MOST_DENSE = 4_000_000


def family_seconds():
    """Processor time of this process and of all that came from it."""
    parents, seconds = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(words[1])
            seconds[int(entry.name)] = (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def is_ours(pid):
        while pid in parents:
            if pid == os.getpid():
                return True
            pid = parents[pid]
        return False

    return sum(time for pid, time in seconds.items() if is_ours(pid))


def synapses(n_pre, n_post, pre, post, weight):
    weights = scipy.sparse.csr_matrix((weight, (post, pre)), shape=(n_post, n_pre))
    return Dense(weights=weights.toarray()) if n_pre * n_post <= MOST_DENSE else Sparse(weights=weights)


def main():
    p, arrays = nets.load(sys.argv[1])
    a = {name: np.array(array).astype(int) for name, array in arrays.items()}
    n, n_sources = p["n_exc"], p["n_sources"]
    # Variables are sent number by number: a short part of the input, again and again, and a short record.
    n_steps = min(1000, p["n_drive_steps"])
    data = np.zeros((n_sources, n_steps), dtype=np.int8)
    early = a["drive_step"] < n_steps
    data[a["drive_source"][early], a["drive_step"][early]] = 1
    drive = Source(data=data)
    cells = LIF(shape=(n,), u=0, v=0, du=p["du"] - 1, dv=p["dv"], bias_mant=0, bias_exp=0, vth=p["vth"])
    recurrent = synapses(n, n, a["pre"], a["post"], a["weight"])
    driven = synapses(n_sources, n, a["drive_pre"], a["drive_post"], a["drive_weight"])
    sink = Sink(shape=(n,), buffer=RECORDED)
    cells.s_out.connect(recurrent.s_in)
    recurrent.a_out.connect(cells.a_in)
    drive.s_out.connect(driven.s_in)
    driven.a_out.connect(cells.a_in)
    cells.s_out.connect(sink.a_in)
    config = Loihi2SimCfg(select_tag="fixed_pt")
    cells.run(condition=RunSteps(num_steps=1), run_cfg=config)

    def run(n_steps):
        steps, before = int(n_steps), family_seconds()
        cpu, wall = protocol.timed(cells.run, RunSteps(num_steps=steps), config)
        cpu = family_seconds() - before
        spikes = int(sink.data.get().sum()) / RECORDED * steps  # of the last steps, for all
        return {"cpu": cpu, "wall": wall, "spikes": spikes}

    from importlib.metadata import version

    ready = {"version": f"lava-nc {version('lava-nc')}", "arithmetic": "int32, numpy"}
    protocol.serve(channel, ready, run)
    cells.stop()


if __name__ == "__main__":
    main()
