"""A liquid of spiking cells listens to spoken digits (Maass et al. 2002), in plain PyNN calls.

Real recordings of six speakers are split into 24 frequency bands, whose loudness becomes spike trains. They
drive 500 cells in a 3-D column: near cells connect more often than far ones, a fifth of the cells inhibits,
and each synapse depresses and facilitates in its own way. Nothing in the liquid learns. A read-out sees the
cells' spikes, filtered with 30 ms, at three moments of the word, and finds the digit by ridge regression.

    python examples/lsm_spoken_digits.py                     300 recordings that come with the examples
    python examples/lsm_spoken_digits.py --data DIR          900 of them; DIR/spoken-digits holds two files

Is the liquid of any use? The baseline answers: the same read-out, with the same filter and the same moments,
on the input spikes themselves. Each read-out finds its ridge parameter, and whether to take square roots, by
cross-validation on the training part; the test part is looked at once. The liquid wins because its cells mix
the bands and remember what was said some 100 ms ago. In cross-validation on the 600 training words the input
gives 82 %, the liquid 93 %. Most of the gain is due to many different cells, one to two points to the
synapses between them. With more moments both do better and differ less: to look all the time needs no liquid.

All words pass in one run: `stream_spikes` hands all input over before, `reset_state_at` brings cells and
synapses to rest before each word.

Source: W. Maass, T. Natschlaeger and H. Markram, Real-time computing without stable states, Neural
Computation 14 (2002). Differences from it: the task, more cells, no constant background current, and each
band drives a tenth of the cells, at random; `pynn_neuro/networks/reservoirs.py` lists those of the synapses.
They were chosen by cross-validation on the 600 training words, and the moments for the largest gain there.
"""

import time
from functools import cache
from itertools import pairwise

import _common
import numpy as np

import pynn_neuro as sim
from pynn_neuro.networks import Liquid
from pynn_neuro.streaming import reset_state_at, stream_spikes

N_CLASSES = 10
# Sound to spikes.
N_BANDS, LOWEST_HZ, HIGHEST_HZ = 24, 100.0, 3900.0
FRAME, HOP_MS = 256, 5  # samples of a frame (32 ms), ms between frames
RANGE_DB = 40.0  # below the loudest band and frame of a word nothing is heard
HIGHEST_RATE = 100.0  # Hz, of the loudest
# Liquid and read-out.
TIMESTEP_MS = 1.0
REST_MS = 20  # after each word
TAU_MS = 30.0
MOMENTS = (1 / 3, 2 / 3, 1.0)  # of a word's duration
N_FOLDS = 5
RIDGES = 10.0 ** np.arange(-3.0, 5.0, 0.5)
POWERS = (1.0, 0.5)  # of the filtered spikes: as they are, or their square roots, whose noise is even


# --- recordings to spikes ---------------------------------------------------------------------------------


def spoken_digits(folder=None):
    """Recordings: dict part -> (list of int16 arrays at 8 kHz, digits, speakers); part is "train" or "test".

    Parameters
    ----------
    folder : Path, optional
        Holds `spoken-digits/` with train600.npz and test300.npz; without it the shipped part is read.
    """
    if folder is None:
        paths = {
            part: _common.SHIPPED / "spoken_digits" / f"{part}{n}.npz"
            for part, n in (("train", 180), ("test", 120))
        }
    else:
        paths = {
            part: folder / "spoken-digits" / f"{part}{n}.npz" for part, n in (("train", 600), ("test", 300))
        }
    return {part: read_recordings(path) for part, path in paths.items()}


def read_recordings(path):
    """Recordings, digits and speakers of one file."""
    with np.load(path, allow_pickle=False) as file:
        samples = np.cumsum(file["delta"], dtype=np.int64).astype(np.int16)
        offset = file["offset"]
        sounds = [samples[first:last] for first, last in pairwise(offset)]
        return sounds, file["label"].astype(int), file["speaker"].astype(int)


@cache
def mel_filters(sample_rate=8000):
    """Triangles equally spaced on the mel scale, each with the sum 1: shape (bands, frequencies)."""
    mels = np.linspace(*(2595.0 * np.log10(1.0 + hz / 700.0) for hz in (LOWEST_HZ, HIGHEST_HZ)), N_BANDS + 2)
    edges = 700.0 * (10.0 ** (mels / 2595.0) - 1.0)
    frequencies = np.arange(FRAME // 2 + 1) * sample_rate / FRAME
    low, centre, high = (edges[i : i + N_BANDS, np.newaxis] for i in range(3))
    rise, fall = (frequencies - low) / (centre - low), (high - frequencies) / (high - centre)
    filters = np.clip(np.minimum(rise, fall), 0.0, None)
    return filters / filters.sum(axis=1, keepdims=True)


def loudness(sound):
    """Loudness of each band every 5 ms, from 0 to 1 (the loudest of the word): shape (frames, bands)."""
    padded = np.pad(sound.astype(float), FRAME // 2)
    starts = np.arange(0, len(sound), HOP_MS * 8)
    frames = padded[starts[:, np.newaxis] + np.arange(FRAME)] * np.hanning(FRAME)
    energy = np.abs(np.fft.rfft(frames, axis=1)) ** 2 @ mel_filters().T
    decibel = 10.0 * np.log10(energy + 1e-9)
    return np.clip(1.0 + (decibel - decibel.max()) / RANGE_DB, 0.0, 1.0)


def spikes_of_bands(loud):
    """Each band adds up its loudness and fires at each whole number: (times in ms, bands), by time."""
    per_ms = np.repeat(loud, HOP_MS, axis=0) * (HIGHEST_RATE / 1000.0)
    total = np.floor(0.5 + np.cumsum(per_ms, axis=0))
    return np.nonzero(np.diff(total, axis=0, prepend=0.0))


# --- the liquid -------------------------------------------------------------------------------------------


def listen(words, durations, seed, threads=1):
    """Answers of a liquid to words, all in one run.

    Parameters
    ----------
    words : list of (times, bands)
        Input spikes of each word, ms from its start.
    durations : int array
        Of the words, ms.

    Returns
    -------
    answers : list of (times, cells)
        Spikes of the liquid during each word.
    liquid : Liquid
    counts : dict
        spikes, rate_hz, synapses, seconds_build, seconds_run, seconds_read.
    """
    begun = time.perf_counter()
    sim.setup(timestep=TIMESTEP_MS, seed=seed, threads=threads)
    liquid = Liquid(sim, N_BANDS, seed=seed)
    liquid.cells.record("spikes")

    ends = np.cumsum(durations + REST_MS)
    starts = ends - durations - REST_MS
    stream_spikes(
        liquid.inputs,
        np.concatenate([start + times for start, (times, _) in zip(starts, words, strict=True)]),
        np.concatenate([bands for _, bands in words]),
    )
    reset_state_at(starts[1:])
    built = time.perf_counter()
    sim.run(float(ends[-1]))
    ran = time.perf_counter()

    ids, times = liquid.cells.get_data("spikes").segments[0].spiketrains.multiplexed
    times, cells = np.asarray(times), np.asarray(ids) - int(liquid.cells.first_id)
    order = np.argsort(times, kind="stable")
    times, cells = times[order], cells[order]
    edges = np.searchsorted(times, np.append(starts, ends[-1]), side="right")
    answers = [
        (times[first:last] - start, cells[first:last])
        for start, (first, last) in zip(starts, pairwise(edges), strict=True)
    ]
    counts = dict(
        spikes=len(times),
        rate_hz=len(times) / liquid.cells.size / (ends[-1] / 1000.0),
        synapses=sum(len(projection) for projection in liquid.projections.values()),
        seconds_build=built - begun,
        seconds_run=ran - built,
        seconds_read=time.perf_counter() - ran,
    )
    return answers, liquid, counts


# --- the read-out -----------------------------------------------------------------------------------------


def states(words, n, durations):
    """Spikes of `n` trains filtered with exp(-t / 30 ms) at the moments of words: (words, moments x n)."""
    table = np.zeros((len(words), len(MOMENTS), n))
    for row, (times, trains), duration in zip(table, words, durations, strict=True):
        for state, share in zip(row, MOMENTS, strict=True):
            age = share * duration - times
            past = age >= 0.0
            state += np.bincount(trains[past], np.exp(-age[past] / TAU_MS), minlength=n)
    return table.reshape(len(words), -1)


def stratified_folds(digits, speakers):
    """A fold for each recording; recordings of one digit and speaker are spread over all folds."""
    folds = np.empty(len(digits), dtype=int)
    for number, pair in enumerate(np.unique(digits * 100 + speakers)):
        members = np.flatnonzero(digits * 100 + speakers == pair)
        folds[members] = (np.arange(len(members)) + number) % N_FOLDS
    return folds


def ridge_scores(train, targets, test, ridges):
    """Ridge regression with a free offset: one array (test rows, classes) for each ridge parameter."""
    centre, offset = train.mean(axis=0), targets.mean(axis=0)
    train, test = train - centre, test - centre
    if train.shape[0] <= train.shape[1]:
        values, vectors = np.linalg.eigh(train @ train.T)
        projected, kernel = vectors.T @ (targets - offset), test @ (train.T @ vectors)
    else:
        values, vectors = np.linalg.eigh(train.T @ train)
        projected, kernel = vectors.T @ (train.T @ (targets - offset)), test @ vectors
    return [kernel @ (projected / (values[:, np.newaxis] + ridge)) + offset for ridge in ridges]


def read_out(train, digits, folds, test):
    """Digits that ridge regression finds in `test`.

    The ridge parameter, and whether the states or their square roots are used, are those that do best in
    cross-validation on the training part.

    Returns
    -------
    found : int array, shape (test rows,)
    chosen : dict
        power, ridge, cross_validated (the accuracy that they had in cross-validation).
    """
    targets = np.eye(N_CLASSES)[digits]
    found, chosen = None, dict(cross_validated=-1.0)
    for power in POWERS:
        powered = train**power
        scale = (powered.std(axis=0) + 0.1 * powered.std()) * np.sqrt(train.shape[1])
        scaled = powered / scale
        correct = np.zeros(len(RIDGES))
        for fold in range(N_FOLDS):
            held = folds == fold
            for i, scores in enumerate(ridge_scores(scaled[~held], targets[~held], scaled[held], RIDGES)):
                correct[i] += (scores.argmax(axis=1) == digits[held]).sum()
        best = correct.argmax()
        accuracy = float(correct[best] / len(digits))
        if accuracy > chosen["cross_validated"]:
            (scores,) = ridge_scores(scaled, targets, test**power / scale, RIDGES[best : best + 1])
            found = scores.argmax(axis=1)
            chosen = dict(power=power, ridge=float(RIDGES[best]), cross_validated=accuracy)
    return found, chosen


def confusion(digits, found):
    """How often digit (row) was taken for digit (column)."""
    return np.bincount(digits * N_CLASSES + found, minlength=N_CLASSES**2).reshape(N_CLASSES, N_CLASSES)


# --- the picture ------------------------------------------------------------------------------------------

INK = "#222222"
LIQUID_COLOUR, INPUT_COLOUR, INHIBITORY_COLOUR = "#1f6f8b", "#c7772e", "#b03060"


def draw(path, word, results, digits):
    """One word on its way through the liquid, and what both read-outs made of all test words.

    Parameters
    ----------
    path : Path
    word : dict
        digit, loud, trains, answer, duration, n_cells, inhibitory.
    results : list of dict
        For each seed: seed, found, accuracy.
    digits : dict
        true, input_found, input_accuracy.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    figure = plt.figure(figsize=(13.5, 8.2), facecolor="white")
    left, right = figure.subfigures(1, 2, width_ratios=[1.15, 1.0])
    draw_word(left, word)
    draw_results(right, results, digits)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def draw_word(figure, word):
    """Loudness of the bands, their spikes and those of the liquid, over time."""
    bands, trains, answer = figure.subplots(
        3, 1, sharex=True,
        gridspec_kw=dict(
            height_ratios=[1.0, 1.0, 2.4], hspace=0.2, left=0.125, right=0.96, top=0.915, bottom=0.07
        ),
    )  # fmt: skip
    figure.suptitle(
        f"The word “{word['digit']}” on its way into the liquid", x=0.125, y=0.975, ha="left", weight="bold"
    )
    duration, n_cells = word["duration"], word["n_cells"]
    bands.imshow(
        word["loud"].T, origin="lower", aspect="auto", cmap="magma", extent=(0, duration, 0, N_BANDS)
    )
    bands.set(yticks=[0, N_BANDS], yticklabels=["100 Hz", "3.9 kHz"])
    bands.set_title("loudness of 24 bands, 40 dB from black to white", loc="left", color=INK, fontsize=9)

    times, channels = word["trains"]
    trains.plot(times, channels + 0.5, "|", color=INPUT_COLOUR, markersize=4.5, markeredgewidth=1.1)
    trains.set(yticks=[0, N_BANDS], yticklabels=["100 Hz", "3.9 kHz"], ylim=(0, N_BANDS))
    trains.set_title(f"input: {len(times)} spikes", loc="left", color=INK, fontsize=9)

    times, cells = word["answer"]
    for name, colour in (("excitatory", LIQUID_COLOUR), ("inhibitory", INHIBITORY_COLOUR)):
        chosen = word["inhibitory"][cells] == (name == "inhibitory")
        answer.plot(
            times[chosen], cells[chosen], "|", color=colour, markersize=2.6, markeredgewidth=0.9, label=name
        )
    answer.set(xlabel="ms", ylabel="cell, along the column", ylim=(0, n_cells), xlim=(0, duration + REST_MS))
    answer.set_title(
        f"liquid: {len(times):,} spikes; grey: what the read-out sees at its {len(MOMENTS)} moments",
        loc="left", color=INK, fontsize=9,
    )  # fmt: skip
    seen = np.exp(-(3 * TAU_MS - np.arange(3 * TAU_MS)) / TAU_MS)
    for axes, top in ((trains, N_BANDS), (answer, n_cells)):
        for share in MOMENTS:
            axes.imshow(
                seen[np.newaxis], cmap="Greys", vmin=0.0, vmax=2.4, aspect="auto", zorder=0,
                extent=(share * duration - 3 * TAU_MS, share * duration, 0, top),
            )  # fmt: skip
        axes.set(xlim=(0, duration + REST_MS), ylim=(0, top))
    answer.legend(
        loc="lower right", bbox_to_anchor=(1.0, -0.16), ncols=2, frameon=False, fontsize=8, markerscale=2.5,
        handletextpad=0.1, columnspacing=0.8,
    )  # fmt: skip


def draw_results(figure, results, digits):
    """Confusions of both read-outs and the accuracy of each seed against baseline and chance."""
    from matplotlib.colors import LinearSegmentedColormap

    grid = figure.add_gridspec(
        2,
        2,
        height_ratios=[1.0, 1.0],
        left=0.08,
        right=0.97,
        top=0.915,
        bottom=0.07,
        hspace=0.1,
        wspace=0.18,
    )
    true = digits["true"]
    mean = np.mean([result["accuracy"] for result in results])
    figure.suptitle(
        f"Words recognised: {100 * mean:.1f} % through the liquid, "
        f"{100 * digits['input_accuracy']:.1f} % without",
        x=0.08, y=0.975, ha="left", weight="bold",
    )  # fmt: skip
    tables = (
        ("from the input spikes", confusion(true, digits["input_found"]), INPUT_COLOUR),
        (
            "from the liquid, all seeds",
            sum(confusion(true, result["found"]) for result in results),
            LIQUID_COLOUR,
        ),
    )
    for column, (name, table, colour) in enumerate(tables):
        axes = figure.add_subplot(grid[0, column])
        share = 100.0 * table / table.sum(axis=1, keepdims=True)
        axes.imshow(share, cmap=LinearSegmentedColormap.from_list(name, ["white", colour]), vmin=0, vmax=100)
        for spoken, found in zip(*np.nonzero(share >= 0.5), strict=True):
            axes.text(
                found, spoken, f"{share[spoken, found]:.0f}", ha="center", va="center", fontsize=7,
                color="white" if share[spoken, found] > 55 else INK,
            )  # fmt: skip
        axes.set(xticks=range(N_CLASSES), yticks=range(N_CLASSES), xlabel="digit found")
        axes.set_ylabel("digit spoken" if column == 0 else "")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_anchor("N")
        axes.set_title(f"{name}, %", loc="left", color=INK, fontsize=9)

    axes = figure.add_subplot(grid[1, :])
    names = ["input", *(f"liquid {result['seed']}" for result in results)]
    heights = [100 * digits["input_accuracy"], *(100 * result["accuracy"] for result in results)]
    axes.bar(names, heights, color=[INPUT_COLOUR, *[LIQUID_COLOUR] * len(results)], width=0.62)
    for i, height in enumerate(heights):
        axes.text(i, height + 1.5, f"{height:.1f}", ha="center", color=INK)
    axes.axhline(heights[0], color=INPUT_COLOUR, lw=1.2, ls="--")
    axes.axhline(100.0 / N_CLASSES, color=INK, lw=1.2, ls=":")
    axes.text(len(results) + 0.34, 100.0 / N_CLASSES + 1.5, "chance", color=INK, ha="left", fontsize=8)
    axes.set(ylim=(0, 105), xlim=(-0.5, len(names) - 0.3), ylabel="recognised, %")
    axes.set_title(
        f"{len(true)} test words; each liquid is wired anew", loc="left", color=INK, fontsize=9, pad=8.0
    )


# --- the script -------------------------------------------------------------------------------------------


def main(arguments=None):
    parser = _common.parser(__doc__, "lsm_spoken_digits")
    parser.add_argument(
        "--seeds", type=int, default=3, help="how many liquids, each wired anew (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    begun = time.perf_counter()

    parts = spoken_digits(_common.data_folder(options))
    sounds = parts["train"][0] + parts["test"][0]
    digits, test_digits = parts["train"][1], parts["test"][1]
    folds = stratified_folds(digits, parts["train"][2])
    n_train = len(digits)
    loud = [loudness(sound) for sound in sounds]
    words = [spikes_of_bands(table) for table in loud]
    durations = np.array([len(table) * HOP_MS for table in loud])
    print(
        f"{n_train} training and {len(test_digits)} test words, {durations.sum() / 1000:.0f} s of sound, "
        f"{np.mean([len(times) for times, _ in words]):.0f} input spikes each"
    )

    def judge(features):
        found, chosen = read_out(features[:n_train], digits, folds, features[n_train:])
        return dict(found=found, accuracy=float((found == test_digits).mean())) | chosen

    baseline = judge(states(words, N_BANDS, durations))
    print(
        f"read-out on the input spikes: {100 * baseline['accuracy']:.1f} %   (chance {100 / N_CLASSES:.1f} %)"
    )

    results, shown = [], None
    for seed in range(options.seed, options.seed + options.seeds):
        answers, liquid, counts = listen(words, durations, seed, options.threads)
        result = judge(states(answers, liquid.cells.size, durations)) | dict(seed=seed) | counts
        results.append(result)
        print(
            f"liquid with seed {seed}: {100 * result['accuracy']:.1f} %   ({liquid.cells.size} cells at "
            f"{counts['rate_hz']:.1f} Hz, {counts['synapses']:,} synapses; run {counts['seconds_run']:.1f} s)"
        )
        if shown is None:
            shown = word_to_show(parts["test"], n_train, loud, words, durations, answers, liquid)

    mean = float(np.mean([result["accuracy"] for result in results]))
    options.out.mkdir(parents=True, exist_ok=True)
    draw(
        options.out / "lsm_spoken_digits.png", shown, results,
        dict(true=test_digits, input_found=baseline["found"], input_accuracy=baseline["accuracy"]),
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    summary = dict(
        accuracy=mean,
        baseline=baseline["accuracy"],
        chance=1.0 / N_CLASSES,
        seconds=seconds,
        n_train=n_train,
        n_test=len(test_digits),
        n_cells=liquid.cells.size,
        input={key: value for key, value in baseline.items() if key != "found"},
        seeds=[{key: value for key, value in result.items() if key != "found"} for result in results],
    )
    _common.write_summary(options.out, summary)
    print(
        f"\naccuracy {100 * mean:.1f} % (mean of {len(results)}), "
        f"baseline {100 * baseline['accuracy']:.1f} %, chance {100 / N_CLASSES:.1f} %, "
        f"time {seconds:.1f} s; picture in {options.out}"
    )
    return summary


def word_to_show(test, n_train, loud, words, durations, answers, liquid, digit=7):
    """What `draw_word` needs of the first test word of a digit."""
    number = n_train + int(np.flatnonzero(test[1] == digit)[0])
    inhibitory = np.zeros(liquid.cells.size, dtype=bool)
    inhibitory[liquid.cells.id_to_index(list(liquid.groups["I"]))] = True
    names = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return dict(
        digit=names[digit], loud=loud[number], trains=words[number], duration=int(durations[number]),
        answer=answers[number], n_cells=liquid.cells.size, inhibitory=inhibitory,
    )  # fmt: skip


if __name__ == "__main__":
    main()
