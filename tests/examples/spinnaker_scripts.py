"""Which scripts of SpiNNaker's public examples run unmodified, and which cannot, and why: data.

Sources: the repositories PyNNExamples and IntroLab of SpiNNakerManchester. `python spinnaker_scripts.py
TALLY SCRIPT PLATFORM` runs one script as `pynn-neuro run --platform PLATFORM` does and writes to the file
TALLY how much data the script was given.
"""

import json
import sys

__all__ = ["CANNOT", "MISSING", "RUNS"]

HARDWARE = "needs a robot or a sensor"
WINDOW = "waits for somebody who uses its window"
VISUALISER = "starts a visualiser, which is another program"
RECORDING = "runs, but reads a recording of an event camera (spikes.csv) that the repository does not hold"
NO_SCRIPT = "is a part of another script"

RUNS = {
    "PyNNExamples": [
        "examples/current_injection_example.py",
        "examples/extra_models_examples/stdp_triplet.py",
        "examples/extra_models_examples/vogels_2011.py",
        "examples/extra_models_examples/vogels_2011_live.py",
        "examples/external_devices_examples/live_examples/balanced_random_live_rate.py",
        "examples/external_devices_examples/live_examples/spike_io.py",
        "examples/external_devices_examples/live_examples/synfire_if_curr_exp_live.py",
        "examples/hbp_neuroguidebook_example.py",
        "examples/if_curr_alpha.py",
        "examples/partitioner_examples/splitter_usage.py",
        "examples/pynnBrunnel.py",
        "examples/simple_STDP.py",
        "examples/spike_time_compare.py",
        "examples/split_examples/pynnBrunnelSplit.py",
        "examples/split_examples/va_benchmark_split.py",
        "examples/stdp_curve.py",
        "examples/stdp_curve_cond.py",
        "examples/stdp_example.py",
        "examples/stdp_example_cond.py",
        "examples/stdp_example_get_plastic_params.py",
        "examples/stdp_pairing.py",
        "examples/synfire_if_cond_exp.py",
        "examples/synfire_if_curr_exp.py",
        "examples/synfire_if_curr_exp_get_weights.py",
        "examples/synfire_if_curr_exp_large_array.py",
        "examples/synfire_if_curr_exp_random.py",
        "examples/va_benchmark.py",
        "balanced_random/balanced_random.py",
        "balanced_random/split/balanced_random_split.py",
        "learning/random_dist.py",
        "learning/simple.py",
        "learning/split/stdp_split.py",
        "learning/stdp.py",
        "synfire/synfire.py",
        "synfire/synfire_collab.py",
        "examples/structural_plasticity_with_stdp_2d.py",
        "examples/structural_plasticity_without_stdp_2d.py",
        "examples/wta_example.py",
        "learning/split/struct_pl_split.py",
        "learning/split/struct_pl_stdp_split.py",
        "learning/struct_pl.py",
        "learning/struct_pl_stdp.py",
        "examples/extra_models_examples/IF_cond_exp_stoc.py",
        "examples/extra_models_examples/IF_curr_delta.py",
        "examples/extra_models_examples/IF_curr_exp_ca2_adaptive.py",
        "examples/extra_models_examples/IF_curr_exp_sEMD.py",
        "examples/extra_models_examples/LGN_Izhikevich.py",
        "examples/extra_models_examples/stdp_example_izk_cond.py",
        "examples/extra_models_examples/synfire_if_curr_dual_exp.py",
        "examples/if_curr_delta.py",
        "examples/stdp_example_izk.py",
        "examples/synfire_izk_curr_exp.py",
        "examples/extra_models_examples/stdp_associative_memory.py",
        "examples/extra_models_examples/stdp_mad_recurrent_pre_stochastic_multiplicative.py",
        "examples/split_examples/stdp_neuromodulated_example_split.py",
        "examples/split_examples/structural_plasticity_with_stdp_neuromodulated.py",
        "examples/stdp_neuromodulated_example.py",
        "examples/stdp_neuromodulation_test.py",
        "examples/structural_plasticity_with_stdp_neuromodulated_separate_pops.py",
    ],
    "IntroLab": [
        "balanced_random/balanced_random.py",
        "balanced_random/split/balanced_random_split.py",
        "learning/random_dist.py",
        "learning/simple.py",
        "learning/split/stdp_split.py",
        "learning/stdp.py",
        "synfire/synfire.py",
        "synfire/synfire_collab.py",
        "learning/split/struct_pl_split.py",
        "learning/split/struct_pl_stdp_split.py",
        "learning/struct_pl.py",
        "learning/struct_pl_stdp.py",
    ],
}
# Scripts that need a model which this version does not have.
MISSING = {
    "PyNNExamples": {},
    "IntroLab": {},
}
CANNOT = {
    "PyNNExamples": {
        "examples/external_devices_examples/motor_example.py": HARDWARE,
        "examples/external_devices_examples/pushbot_ethernet_example.py": HARDWARE,
        "examples/external_devices_examples/pushbot_light_follower.py": HARDWARE,
        "examples/external_devices_examples/pushbot_spinnaker_link_example.py": HARDWARE,
        "examples/external_devices_examples/retina_example.py": HARDWARE,
        "examples/external_devices_examples/live_examples/spike_io_interactive_demo_with_c_vis.py": WINDOW,
        "pendulum/pendulum_follow_c_vis.py": VISUALISER,
        "pendulum/pendulum_follow_python_vis.py": RECORDING,
        "pendulum/spike_filter.py": RECORDING,
        "sudoku/set_numbers.py": WINDOW,
        "sudoku/sudoku_main.py": VISUALISER,
        "sudoku/utils.py": NO_SCRIPT,
    },
    "IntroLab": {
        "pendulum/pendulum_follow_c_vis.py": VISUALISER,
        "pendulum/pendulum_follow_python_vis.py": RECORDING,
        "pendulum/spike_filter.py": RECORDING,
        "sudoku/set_numbers.py": WINDOW,
        "sudoku/sudoku_main.py": VISUALISER,
        "sudoku/utils.py": NO_SCRIPT,
    },
}


def main(tally, script, platform):
    """Run `script`; count what it is given of spikes, samples and weights, and what the network did."""
    import atexit

    from pynn_neuro import cli, projections, recording, simulator

    given = {"spikes": 0, "samples": 0, "weights": 0, "fired": 0, "simulated_ms": 0.0}
    get, read, close = recording.Recorder.get, projections.Projection._listed, simulator.State.clear

    def note():
        state = simulator.state
        if state._network is not None:
            given["fired"] += state.network.counters()["spikes"]
            given["simulated_ms"] += state.simulated_ms

    def counting_get(self, *arguments, **keywords):
        block = get(self, *arguments, **keywords)
        for segment in block.segments:
            given["spikes"] += sum(map(len, segment.spiketrains))
            given["samples"] += sum(signal.size for signal in segment.analogsignals)
        return block

    def counting_read(self, name):
        values = read(self, name)
        given["weights"] += values.size
        return values

    def noting_clear(self):
        note()
        close(self)

    def write():
        note()
        with open(tally, "w", encoding="utf-8") as stream:
            json.dump(given, stream)

    recording.Recorder.get = counting_get
    projections.Projection._listed = counting_read
    simulator.State.clear = noting_clear
    atexit.register(write)
    return cli.main(["run", "--platform", platform, script])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
