"""sim.report(): numbers and text."""

import pynn_neuro as sim


def test_report_counts_what_happened():
    sim.setup(timestep=0.1)
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[[1.0, 2.0], [3.0]]))
    cells = sim.Population(5, sim.IF_curr_exp())
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.001, delay=1.0))
    cells.record("v")
    sim.run(100.0)
    cells.get_data()
    report = sim.report()
    assert (report["cells"], report["populations"], report["synapses"], report["projections"]) == (
        7,
        2,
        10,
        1,
    )
    assert (report["simulated_ms"], report["platform"], report["timestep_ms"]) == (100.0, "exact", 0.1)
    # Three spikes of the sources (the cells stay silent), each to five cells.
    assert report["counts"]["spikes"] == 3
    assert report["counts"]["synaptic_events"] == 15
    assert set(report["wall_seconds"]) == {"create", "connect", "run", "read"}
    assert all(seconds > 0 for seconds in report["wall_seconds"].values())
    assert report["real_time_factor"] == report["wall_seconds"]["run"] / 0.1
    assert all(n >= 0 for n in report["memory_bytes"].values())
    assert sum(report["memory_bytes"].values()) > 5 * 1001 * 8


def test_report_is_readable():
    sim.setup()
    sim.Population(1, sim.IF_curr_exp())
    before = str(sim.report())
    assert "platform exact" in before
    assert "real-time factor" not in before
    sim.run(10.0)
    after = str(sim.report())
    assert "real-time factor" in after
    assert "1 cell in 1 population," in after
    assert "MEMORY" in after


def test_a_new_setup_starts_the_report_anew():
    sim.setup()
    sim.run(10.0)
    sim.setup()
    report = sim.report()
    assert report["simulated_ms"] == 0.0
    assert report["real_time_factor"] is None
    assert report["wall_seconds"] == {}
