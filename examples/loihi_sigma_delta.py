"""A sigma-delta neuron on Loihi: its spikes, filtered, follow a signal.

A compartment adds up the difference between a signal and its own filtered spikes; when the sum passes the
threshold it fires, and the spike takes its share from the sum. A receiver with the same filter then holds
the signal, to within the weight of one spike.

    python examples/loihi_sigma_delta.py            constants, and a sine

One compartment is enough on Loihi: the bias is the signal z; a synapse of weight -w from the cell to
itself goes into the current u, which decays as the receiver's does, so that u = -r. The voltage, which
does not decay, adds up u + bias = z - r. A spike sends w to the receiver, whose current is r. Two
registers matter: the threshold, an eighth of a spike (a larger one leaves r below z, because a spike sets
the voltage to 0 instead of taking a share from it), and the smallest voltage, two spikes below 0 (without
it a long time below 0 would have to be made up for).

What is shown and tested:
- constants: once 3 time constants have passed, r stays within one spike (64 w) of z, on average within a
  third of it; spikes are proportional to z within a tenth, and a signal below 0 brings none (the neuron
  rectifies);
- a sine: r follows it where it is above 0, within one spike, as far as a filter of this time constant can
  fall.

Source: the sigma-delta neuron of low-pass recurrent nets: M. Nair, G. Indiveri, An ultra-low power
sigma-delta neuron circuit, ISCAS 2019, and their mapping to Loihi. States are large beside 64 and decay
toward zero in whole numbers, which takes up to 1 from |u| in a step: hence the signal in units of 2^11
and more.
"""

import _common
import numpy as np

import pynn_neuro.loihi as sim

TAU = 20.0  # steps, of the filter
WEIGHT = 128
UNIT = 64 * WEIGHT  # what a spike adds to r
BIAS_EXP = 6  # the signal is a multiple of 2^6
DECAY = round(4096 * (1 - np.exp(-1 / TAU)))


def follow(signals, n_steps, threads=1):
    """Present signals (cell, step) in units of a spike's weight; returns r in these units and the spikes.

    Parameters
    ----------
    signals : float array, shape (n_cells, n_steps)

    Returns
    -------
    r : float array, shape (n_steps, n_cells)
        The receivers' current, in units of a spike.
    trains : list of float arrays
        Steps of the spikes of each cell.
    """
    n = len(signals)
    sim.setup(threads=threads)
    filter_of = dict(du=DECAY - 1)
    senders = sim.Population(
        n, sim.CUBA(**filter_of, dv=0, vth=UNIT // 512, vmin_exp=14, bias_exp=BIAS_EXP), label="senders"
    )
    receivers = sim.Population(n, sim.CUBA(**filter_of, dv=4096, vth=131071), label="receivers")
    one_to_one = sim.OneToOneConnector()
    sim.Projection(senders, senders, one_to_one, sim.LoihiSynapse(weight=-WEIGHT))
    sim.Projection(senders, receivers, one_to_one, sim.LoihiSynapse(weight=WEIGHT))
    senders.record("spikes")
    receivers.record("u")
    mantissas = np.rint(signals * UNIT / 2**BIAS_EXP)
    step = 0
    while step < n_steps:  # the bias is written when it changes
        same = (mantissas[:, step:] == mantissas[:, step : step + 1]).all(axis=0)
        end = step + (len(same) if same.all() else int(np.argmin(same)))
        senders.set(bias_mant=mantissas[:, step])
        sim.run(float(end - step))
        step = end
    (signal,) = receivers.get_data("u").segments[-1].analogsignals
    trains = [np.asarray(train) for train in senders.get_data("spikes").segments[-1].spiketrains]
    sim.end()
    return signal.magnitude / UNIT, trains


def draw(out, levels, constant, sine):
    """`loihi_sigma_delta.png`: constants, rates, and the sine."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(13, 4), width_ratios=(1.2, 1, 1.6))
    r, trains = constant
    for k in range(0, len(levels), 3):
        color = plt.cm.viridis(k / len(levels))
        axes[0].plot(r[:200, k], color=color, lw=1)
        axes[0].axhline(max(levels[k], 0), color=color, ls=":", lw=1)
    axes[0].set(title="constants: filtered spikes", xlabel="step", ylabel="signal (spikes' weights)")
    axes[1].plot(levels, [len(train) / len(r) for train in trains], "o", ms=4)
    axes[1].plot(levels, np.maximum(levels, 0) * DECAY / 4096, "k:", lw=1, label="z (1 - exp(-1/tau))")
    axes[1].set(title="rate", xlabel="signal", ylabel="spikes a step")
    axes[1].legend()
    z, r, train = sine
    axes[2].plot(z, color="0.6", lw=2, label="signal")
    axes[2].plot(r, color="tab:blue", lw=1, label="filtered spikes")
    axes[2].plot(train, np.full(len(train), z.min() - 1.0), "|", color="k", ms=5)
    axes[2].set(title="a sine, and the spikes", xlabel="step")
    axes[2].legend(loc="upper right")
    figure.tight_layout()
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "loihi_sigma_delta.png", dpi=130)


def main():
    options = _common.parser(__doc__, "loihi_sigma_delta").parse_args()
    n_steps = 2000
    levels = np.linspace(-2.0, 12.0, 29)
    r, trains = follow(np.repeat(levels[:, None], n_steps, axis=1), n_steps, options.threads)
    settled = r[int(3 * TAU) + 40 :]
    error = np.abs(settled - np.maximum(levels, 0.0))
    counts = np.array([len(train) for train in trains])
    positive = levels > 0.5
    slope = counts[positive] / levels[positive]

    steps = np.arange(1200)
    z = 4.0 + 5.0 * np.sin(2 * np.pi * steps / 400)
    follows, (train,) = follow(z[None, :], len(steps), options.threads)
    follows = follows[:, 0]
    reachable = z.copy()  # what a filter of this time constant can follow
    for step in range(1, len(z)):
        reachable[step] = max(z[step], reachable[step - 1] * np.exp(-1 / TAU), 0.0)
    sine_error = np.abs(follows - reachable)[100:]
    summary = {
        "largest_error_constant": float(error.max()),
        "largest_mean_error_constant": float(np.abs(settled.mean(axis=0) - np.maximum(levels, 0.0)).max()),
        "spikes_below_zero": int(counts[levels < 0].sum()),
        "rate_over_signal_spread": float(slope.max() / slope.min() - 1.0),
        "largest_error_sine": float(sine_error.max()),
        "correlation_sine": float(np.corrcoef(follows[100:], np.maximum(z, 0)[100:])[0, 1]),
        "spikes_sine": len(train),
    }
    _common.write_summary(options.out, summary)
    draw(options.out, levels, (r, trains), (z, follows, train))
    print(
        f"constants: off by at most {summary['largest_error_constant']:.2f} spikes, on average by "
        f"{summary['largest_mean_error_constant']:.2f}; "
        f"sine: by at most {summary['largest_error_sine']:.2f}, "
        f"correlation {summary['correlation_sine']:.3f}"
    )


if __name__ == "__main__":
    main()
