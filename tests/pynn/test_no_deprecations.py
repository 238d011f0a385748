"""Nothing of ours uses what Python, numpy, Neo, quantities or PyNN have deprecated.

A broad script runs in an interpreter where every deprecation is an error, whoever is blamed for it.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import warnings

import numpy as np

# What other packages do while they are imported is theirs.
import neo, pyNN.common, pyNN.connectors, pyNN.standardmodels, pyNN.utility

for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
    warnings.filterwarnings("error", category=category)

import pynn_neuro as sim

sim.setup(timestep=0.1, min_delay=0.1, seed=3, threads=2)
cells = {}
for name in sim.list_standard_models():
    model = getattr(sim, name)
    try:
        cells[name] = sim.Population(4, model(), label=name, structure=sim.Grid2D())
    except (TypeError, ValueError) as error:  # models that have no defaults
        assert not isinstance(error, Warning), error
        continue
    population = cells[name]
    population.record([v for v in population.celltype.recordable if population.can_record(v)])
    for parameter in population.celltype.get_parameter_names():
        try:
            population.set(**{parameter: population.get(parameter)})
        except (TypeError, ValueError) as error:
            assert not isinstance(error, Warning), error
    population.get(population.celltype.get_parameter_names())
    population[1:3].get(population.celltype.get_parameter_names())
    population.describe(), repr(population), population._repr_html_(), population.positions

source, target = cells["SpikeSourceArray"], cells["IF_curr_exp"]
source.set(spike_times=[[1.0, 5.0], [2.0], [], [3.0, 4.0]])
target.set(tau_m=sim.RandomDistribution("normal", mu=20.0, sigma=1.0, rng=sim.NumpyRNG(seed=3)))
target.set(i_offset=lambda i: 0.1 * i)
target.initialize(v=sim.RandomDistribution("uniform", low=-65.0, high=-60.0))
target.inject(sim.DCSource(amplitude=0.5, start=1.0))
step = sim.StepCurrentSource(times=[1.0, 2.0], amplitudes=[0.1, 0.2])
target[0].inject(step)
step.record()
target[2].tau_m = 12.0
target[1].position = (1.0, 2.0, 3.0)
target.sample(2), target.nearest((0.0, 0.0, 0.0)), target.save_positions("positions.txt")

connectors = [
    sim.AllToAllConnector(),
    sim.OneToOneConnector(),
    sim.FixedProbabilityConnector(0.7),
    sim.FixedProbabilityConnector(0.7, rng=sim.NumpyRNG(seed=1)),
    sim.FixedNumberPreConnector(2),
    sim.FixedNumberPostConnector(2),
    sim.FixedTotalNumberConnector(5),
    sim.FromListConnector([(0, 1, 0.5, 1.0), (1, 2, 0.25, 0.5)]),
    sim.ArrayConnector(np.eye(4, dtype=bool)),
    sim.DistanceDependentProbabilityConnector("exp(-d)"),
    sim.DisplacementDependentProbabilityConnector(lambda d: 0.5 + 0 * d[0]),
    sim.SmallWorldConnector(degree=2.0, rewiring=0.1),
]
projections = [
    sim.Projection(source, target, connector, sim.StaticSynapse(weight=0.5, delay="0.5 + 0.1 * d"))
    for connector in connectors
]
projections.append(sim.Projection(source, target, sim.CloneConnector(projections[0])))
stdp = sim.STDPMechanism(
    sim.SpikePairRule(A_plus=0.01, A_minus=0.01), sim.AdditiveWeightDependence(w_max=1.0), weight=0.2
)
projections.append(sim.Projection(source, target, sim.AllToAllConnector(), stdp))
short_term = sim.TsodyksMarkramSynapse(weight=0.2)
projections.append(sim.Projection(source, target, sim.AllToAllConnector(), short_term))
for projection in projections:
    projection.get(["weight", "delay"], "list")
    projection.get("weight", "array")
    projection.describe(), repr(projection), projection._repr_html_()
    projection.save(["weight", "delay"], "projection.txt")
    projection.to_pandas(), projection.to_xarray()
    for connection in projection.connections:
        connection.weight
projections[0].set(weight=np.full((4, 4), 0.25), delay=1.0)
assembly = cells["IF_curr_exp"] + cells["IF_curr_alpha"]
sim.Projection(source, assembly, sim.FromFileConnector("projection.txt"))
sim.run(5.0)
sim.run_until(10.0, callbacks=[lambda t: t + 2.0])
step.get_data()
for group in [*cells.values(), target[1:], assembly]:
    block = group.get_data()
    [train.magnitude for train in block.segments[0].spiketrains]
    group.write_data("data.pkl"), group.write_data("data.mat")
    group.to_pandas(), group.to_xarray()
    group.get_spike_counts()
target.mean_spike_count()
sim.reset()
sim.run(3.0)
target.get_data(clear=True)
print(sim.report())
sim.get_current_time(), sim.get_time_step(), sim.get_min_delay(), sim.get_max_delay(), sim.name()
sim.end()
print("whole")
"""


def test_a_broad_script_meets_no_deprecation(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.endswith("whole\n")
