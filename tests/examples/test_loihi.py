"""The examples of Loihi's learning engine and of its sigma-delta neuron, as a user runs them."""

from scripts import run_example


def run_script(name, out, *arguments):
    """Run an example; returns its summary."""
    _, summary = run_example(name, out, *arguments)
    assert (out / f"{name}.png").stat().st_size > 20000
    return summary


def test_nets_learn_xor_by_backpropagation_and_not_with_a_frozen_first_layer(tmp_path):
    summary = run_script("loihi_xor", tmp_path)

    assert summary["relay_arrived_unchanged"]
    assert summary["relay_spikes_behind_closed_gate"] == 0
    assert summary["nets_that_learned"] >= 8
    assert summary["accuracy_frozen_mean"] < 0.55
    assert summary["accuracy_frozen_best"] < 0.75
    assert summary["equals_numpy"]
    assert summary["copies_are_equal"]


def test_other_seeds_learn_too(tmp_path):
    summaries = [
        run_script("loihi_xor", tmp_path / str(s), "--seed", str(s), "--threads", str(s)) for s in (2, 3)
    ]

    assert all(summary["nets_that_learned"] >= 8 for summary in summaries)
    assert all(summary["equals_numpy"] for summary in summaries)


def test_filtered_spikes_of_a_sigma_delta_neuron_follow_constants_and_a_sine(tmp_path):
    summary = run_script("loihi_sigma_delta", tmp_path)

    assert summary["largest_error_constant"] <= 1.0
    assert summary["largest_mean_error_constant"] <= 1 / 3
    assert summary["spikes_below_zero"] == 0
    assert summary["rate_over_signal_spread"] < 0.1
    assert summary["largest_error_sine"] <= 1.0
    assert summary["correlation_sine"] > 0.97
