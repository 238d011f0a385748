"""Spiking cells learn handwritten digits by themselves (Diehl and Cook 2015), in plain PyNN calls.

The 784 pixels of an image fire as Poisson sources, all of them connected to `--neurons` cells by plastic
synapses. The cells inhibit each other: who fires first silences the rest, and its weights move towards the
image. A threshold that rises with each spike gives everybody a turn. Labels are used only after learning, to
name the class that a cell answers to.

    python examples/stdp_digits.py                               2,000 images that come with the examples
    python examples/stdp_digits.py --data DIR --neurons 400      all of MNIST: DIR/mnist holds its four files
    python examples/stdp_digits.py --delays                      input delays of 0.5 to 10 ms instead of one
    python examples/stdp_digits.py --platform spinnaker          on that machine's numbers, as an extension

The protocol is the paper's: an image is shown for 350 ms and followed by 150 ms of rest; if fewer than five
spikes answer, it is shown again, brighter; the weights onto each cell are scaled to the sum 78 before each
image. After learning, weights and thresholds stay as they are: training images name the class of each cell
(the one that it answers most), and a test image gets the class whose cells answer most on average.

Differences from the authors' program:
- All input synapses have one delay, a time step of 0.5 ms: being common, it only shifts the input in time.
  (Theirs are uniform in 0 to 10 ms; `--delays` draws them from 0.5 to 10 ms.)
- The cells inhibit each other directly. In their program each has an inhibitory partner, which fires once for
  each of its spikes; through it, inhibition is felt 1 ms after a spike. Here it takes that millisecond too:
  0.5 ms of delay, and 0.5 ms because a conductance moves the membrane from the next step on.
- Thresholds forget with a time constant of 1e7 ms for 400 cells, as theirs do, and in proportion for other
  numbers: a cell of a small network wins more often, and its threshold would rise beyond the input's reach.
- Once 150 images a cell have been shown, learning slows down in proportion to the images, weights and
  thresholds alike. Networks of 400 cells and more do not come that far in one epoch of MNIST.
- The classes of the cells are found in a pass of its own over training images, with learning off, instead of
  during the last images of training.

All of MNIST, one pass over 60,000 images, seed 1, 10,000 test images: 80.1 % with 100 cells, 87.7 % with 400,
91.6 % with 1,600 (published after three passes: 82.9, 87.0 and 91.9 %); with `--delays`, 83.2 % with 100
cells. One pass over the 2,000 shipped images, 100 cells, 500 test images, classes named by 500: 71.4 %; on
SpiNNaker's numbers, whose 16-bit weights lose what is below a unit at every spike, 61.6 %.

Source: P. U. Diehl and M. Cook, Unsupervised learning of digit recognition using spike-timing-dependent
plasticity, Frontiers in Computational Neuroscience 9:99 (2015), and their published program.
"""

import sys
import time

import _common
import numpy as np

import pynn_neuro as sim
from pynn_neuro.learning import IF_cond_exp_adaptive_threshold, SetToOneTripletRule
from pynn_neuro.streaming import normalize_weights_at

TIMESTEP_MS = 0.5
SHOWN_MS, REST_MS = 350.0, 150.0
FEWEST_SPIKES = 5
INTENSITY = 2  # at first; a pixel of value p fires with p / 8 * intensity Hz
WEIGHT_SUM = 78.0
N_CLASSES = 10

# Conductances are in units of the leak: with cm = tau_m the leak is 1 uS.
EXCITATORY = dict(
    tau_m=100.0, cm=100.0, v_rest=-65.0, v_reset=-65.0, v_thresh=-72.0, tau_refrac=5.0,
    tau_syn_E=1.0, tau_syn_I=2.0, e_rev_E=0.0, e_rev_I=-100.0,
)  # fmt: skip
THETA_START, THETA_PLUS = 20.0, 0.05  # mV: a cell fires above v_thresh + theta
TAU_THETA_PER_CELL = 25000.0  # ms
INHIBITION = 17.0
ETA_PRE, ETA_POST = 1e-4, 1e-2
# On SpiNNaker any depression takes a whole unit of the weight, 2^-14. An amplitude as small as this does so
# within 22 ms of a spike, which sums up to two thirds of 1e-4 e^(-t / 20 ms).
ETA_PRE_IN_UNITS = 1e-7
# Learning goes on at full speed for so many images a cell, then ever slower.
IMAGES_PER_CELL = 150
# Presentations between two clearings of the recorded spikes.
BATCH = 100


class DigitNetwork:
    """The network, learning from random weights or, with `weights` and `theta` given, as it has learned.

    Parameters
    ----------
    n : int
        Number of cells.
    options : argparse.Namespace
        seed, threads, precision, delays, platform.
    weights : float array, shape (784, n), optional
    theta : float array, shape (n,), optional
        Adaptive part of the thresholds, mV.
    """

    def __init__(self, n, options, weights=None, theta=None):
        sim.setup(
            timestep=TIMESTEP_MS, seed=options.seed, threads=options.threads, precision=options.precision,
            platform=options.platform,
        )  # fmt: skip
        is_exact = sim.simulator.state.platform.name == "exact"
        self.eta_pre = ETA_PRE if is_exact else ETA_PRE_IN_UNITS
        self.n = n
        self.is_learning = weights is None
        delay = TIMESTEP_MS
        if options.delays:
            delay = sim.RandomDistribution("uniform", low=TIMESTEP_MS, high=10.0)
        if self.is_learning:
            synapse = sim.STDPMechanism(
                timing_dependence=SetToOneTripletRule(eta_pre=self.eta_pre, eta_post=ETA_POST),
                weight_dependence=sim.AdditiveWeightDependence(w_min=0.0, w_max=1.0),
                dendritic_delay_fraction=0.0 if is_exact else 1.0,  # spinnaker: all behind the synapse
                weight=sim.RandomDistribution("uniform", low=0.003, high=0.303),
                delay=delay,
            )
            adaptation = dict(theta_plus=THETA_PLUS, tau_theta=TAU_THETA_PER_CELL * n)
        else:
            synapse = sim.StaticSynapse(weight=weights, delay=delay)
            adaptation = dict(theta_plus=0.0, tau_theta=np.inf)

        self.pixels = sim.Population(784, sim.SpikeSourcePoisson(rate=0.0), label="pixels")
        self.cells = sim.Population(
            n, IF_cond_exp_adaptive_threshold(**EXCITATORY, **adaptation), label="cells",
            initial_values=dict(v=-105.0, theta=THETA_START if theta is None else theta),
        )  # fmt: skip
        self.input = sim.Projection(
            self.pixels, self.cells, sim.AllToAllConnector(), synapse, receptor_type="excitatory"
        )
        sim.Projection(
            self.cells, self.cells, sim.AllToAllConnector(allow_self_connections=False),
            sim.StaticSynapse(weight=INHIBITION, delay=TIMESTEP_MS), receptor_type="inhibitory",
        )  # fmt: skip
        self.cells.record("spikes")
        self.n_images = self.n_presentations = 0
        self.seconds = self.cpu_seconds = 0.0
        self._counted = np.zeros(n, dtype=np.int64)

    def present(self, rates):
        """Show rates (Hz, shape (784,)) and rest; returns the spikes of each cell."""
        if self.n_presentations % BATCH == 0:
            self._begin_batch()
        self.pixels.set(rate=rates)
        sim.run(SHOWN_MS)
        self.pixels.set(rate=0.0)
        sim.run(REST_MS)
        self.n_presentations += 1
        total = np.fromiter(self.cells.get_spike_counts().values(), dtype=np.int64, count=self.n)
        counts = total - self._counted
        self._counted = total
        return counts

    def _begin_batch(self):
        if self.n_presentations > 0:
            self.cells.get_data("spikes", clear=True)
            self._counted[:] = 0
        if self.is_learning:
            starts = sim.get_current_time() + (SHOWN_MS + REST_MS) * np.arange(BATCH)
            normalize_weights_at(starts + TIMESTEP_MS, self.input, WEIGHT_SUM)

    def slow_down(self, factor):
        """Let weights and thresholds change more slowly; where they come to rest stays the same."""
        self.input.set(eta_pre=self.eta_pre / factor, eta_post=ETA_POST / factor)
        self.cells.set(theta_plus=THETA_PLUS / factor, tau_theta=TAU_THETA_PER_CELL * self.n * factor)

    def respond(self, images, progress=None):
        """Show each image until at least five spikes answer; spikes of each cell, shape (images, n)."""
        begun, cpu_begun = time.perf_counter(), time.process_time()
        responses = np.zeros((len(images), self.n), dtype=np.int32)
        for i, image in enumerate(images.reshape(len(images), -1)):
            intensity = INTENSITY
            while responses[i].sum() < FEWEST_SPIKES:
                responses[i] = self.present(image * (intensity / 8.0))
                intensity += 1
            self.n_images += 1
            if progress is not None:
                progress.update()
        self.seconds += time.perf_counter() - begun
        self.cpu_seconds += time.process_time() - cpu_begun
        return responses

    def timing(self):
        """What the images shown so far cost: dict of ms an image by clock and by processor, ..."""
        engine = sim.report()["wall_seconds"]["run"]
        return {
            "images": self.n_images,
            "presentations": self.n_presentations,
            "ms_per_image": 1e3 * self.seconds / self.n_images,
            "processor_ms_per_image": 1e3 * self.cpu_seconds / self.n_images,
            "ms_per_presentation": 1e3 * self.seconds / self.n_presentations,
            "python_ms_per_presentation": 1e3 * (self.seconds - engine) / self.n_presentations,
        }

    def weights(self):
        """Input weights, shape (784, n)."""
        return self.input.get("weight", format="array")

    def theta(self):
        """Adaptive part of the thresholds, mV, shape (n,)."""
        self.cells.record("theta")
        sim.run(TIMESTEP_MS)
        (signal,) = self.cells.get_data("theta").segments[-1].analogsignals
        return signal.magnitude[-1]


def classes_of_cells(responses, labels):
    """The class to which each cell answers most on average; -1 for cells that never fired."""
    means = np.zeros((N_CLASSES, responses.shape[1]))
    for k in np.unique(labels):
        means[k] = responses[labels == k].mean(axis=0)
    return np.where(responses.any(axis=0), means.argmax(axis=0), -1)


def vote(responses, classes):
    """For each image the class whose cells answer most on average."""
    rates = np.full((len(responses), N_CLASSES), -1.0)
    for k in range(N_CLASSES):
        if (classes == k).any():
            rates[:, k] = responses[:, classes == k].mean(axis=1)
    return rates.argmax(axis=1)


def learn(net, images, labels, n_epochs=1, n_marks=20):
    """Show all images, once or several times; returns what the net knew on the way.

    Before each of `n_marks` equal parts of the images, the cells' classes are taken from their answers to the
    part before; the net's votes on the images of the part, while it learns from them, give the accuracy.

    Returns
    -------
    list of (images seen at the end of the part, accuracy)
    """
    order = np.tile(np.arange(len(images)), n_epochs)
    progress = _common.Progress("learning", len(order))
    course = []
    classes = None
    seen = 0
    for part in np.array_split(order, min(n_marks, len(order))):
        net.slow_down(max(1.0, seen / (IMAGES_PER_CELL * net.n)))
        responses = net.respond(images[part], progress)
        seen += len(part)
        if classes is not None:
            course.append((seen, float((vote(responses, classes) == labels[part]).mean())))
            progress.say(f"  after {seen:6d} images: {course[-1][1]:.1%} of the last {len(part)} recognised")
        classes = classes_of_cells(responses, labels[part])
    return course


def nearest_mean(train_images, train_labels, test_images):
    """The class whose mean training image is nearest: the baseline, which knows the labels."""
    train = train_images.reshape(len(train_images), -1)
    test = test_images.reshape(len(test_images), -1)
    means = np.array([train[train_labels == k].mean(axis=0) for k in range(N_CLASSES)])
    return ((means**2).sum(axis=1) - 2 * (test @ means.T)).argmin(axis=1)


def draw(path, summary, weights, classes):
    """The picture: what each cell has learned, how often who is taken for whom, accuracy while learning.

    Returns the path, or None when matplotlib is not installed.
    """
    try:
        import matplotlib
    except ImportError:
        print("no picture: matplotlib is not installed (pip install pynn_neuro[plot])")
        return None
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(13, 7.6), constrained_layout=True)
    fields, course, table = figure.subplot_mosaic("AAB;AAC", width_ratios=(1, 1, 1.05)).values()

    # The fields in order of their class, each class in its colour, its digit at the first.
    order = np.argsort(np.where(classes < 0, N_CLASSES, classes), kind="stable")
    side = int(np.ceil(np.sqrt(len(order))))
    colours = np.vstack([matplotlib.colormaps["tab10"](np.arange(N_CLASSES))[:, :3], [[0.6, 0.6, 0.6]]])
    canvas = np.ones((side * 30, side * 30, 3))
    badge = dict(ha="left", va="top", fontsize=8, fontweight="bold", color="white")
    named = set()
    for place, cell in enumerate(order):
        field = weights[:, cell].reshape(28, 28)
        shade = np.sqrt(np.clip(field / np.quantile(field, 0.995), 0, 1))[..., None]
        top, left = 30 * (place // side) + 1, 30 * (place % side) + 1
        colour = colours[classes[cell]]
        canvas[top : top + 28, left : left + 28] = 1 - shade * (1 - 0.85 * colour)
        if classes[cell] >= 0 and classes[cell] not in named:
            named.add(classes[cell])
            box = dict(boxstyle="square,pad=0.15", facecolor=colour, edgecolor="white")
            fields.text(left, top, str(classes[cell]), bbox=box, **badge)
    fields.imshow(canvas)
    fields.set_axis_off()
    fields.set_title(f"Input weights of the {len(order)} cells, sorted by the digit that they answer to")

    seen, accuracies = np.array(summary["course"]).reshape(-1, 2).T
    course.plot(seen, 100 * accuracies, "ko-", markersize=3, label="training images, as they are shown")
    course.axhline(100 * summary["accuracy"], color="tab:green", label=f"test: {summary['accuracy']:.1%}")
    course.axhline(
        100 * summary["baseline"], color="tab:orange", linestyle="--",
        label=f"nearest class mean, which knows the labels: {summary['baseline']:.1%}",
    )  # fmt: skip
    course.axhline(10, color="grey", linestyle=":", label="chance: 10.0%")
    course.set(xlabel="images shown", ylabel="accuracy (%)", ylim=(0, 100), title="Accuracy while learning")
    course.set_xlim(0, None)
    course.legend(loc="lower right", bbox_to_anchor=(1, 0.12), fontsize="small", frameon=False)

    confusion = np.array(summary["confusion"])
    share = 100 * confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    table.imshow(share, cmap="Greens", vmin=0, vmax=100)
    for i, j in np.ndindex(share.shape):
        if share[i, j] >= 1:
            table.text(j, i, f"{share[i, j]:.0f}", ha="center", va="center", fontsize=8,
                       color="white" if share[i, j] > 60 else "black")  # fmt: skip
    table.set(xticks=range(N_CLASSES), yticks=range(N_CLASSES), xlabel="answer", ylabel="digit",
              title="Answers to the test images of each digit (%)")  # fmt: skip
    figure.savefig(path, dpi=120 if len(order) <= 400 else 240)
    plt.close(figure)
    return path


def main(arguments=None):
    """Learn, name the cells' classes, test, and leave the picture; returns the exit status."""
    parser = _common.parser(__doc__, "stdp_digits")
    parser.add_argument(
        "--neurons", type=int, default=100, metavar="N", help="excitatory cells (default: 100)"
    )
    parser.add_argument("--epochs", type=int, help="default: 3 of the shipped part, 1 of all of MNIST")
    parser.add_argument("--train", type=int, metavar="N", help="only the first N training images")
    parser.add_argument("--test", type=int, metavar="N", help="only the first N test images")
    parser.add_argument("--naming", type=int, default=10000, metavar="N",
                        help="training images, the last, that name classes (default: 10000)")  # fmt: skip
    parser.add_argument("--delays", action="store_true", help="input delays uniform in 0.5 to 10 ms")
    parser.add_argument("--precision", choices=("double", "single"), default="double")
    parser.add_argument("--platform", choices=("exact", "spinnaker"), help="default: exact")
    options = parser.parse_args(arguments)
    begun = time.perf_counter()

    folder = _common.data_folder(options)
    digits = _common.digit_images(folder)
    train_images, train_labels = (
        digits["train_images"][: options.train],
        digits["train_labels"][: options.train],
    )
    test_images, test_labels = digits["test_images"][: options.test], digits["test_labels"][: options.test]
    n_epochs = options.epochs or (3 if folder is None else 1)
    source = "the shipped part of MNIST" if folder is None else "MNIST"
    print(
        f"{source}: {len(train_images)} training images x {n_epochs}, {len(test_images)} test images; "
        f"784 - {options.neurons} cells"
    )

    net = DigitNetwork(options.neurons, options)
    course = learn(net, train_images, train_labels, n_epochs)
    learning = net.timing()
    weights, theta = net.weights(), net.theta()

    net = DigitNetwork(options.neurons, options, weights, theta)
    naming = slice(max(0, len(train_images) - options.naming), None)
    responses = net.respond(train_images[naming], _common.Progress("naming", len(train_images[naming])))
    classes = classes_of_cells(responses, train_labels[naming])
    responses = net.respond(test_images, _common.Progress("testing", len(test_images)))
    answers = vote(responses, classes)
    testing = net.timing()
    accuracy = float((answers == test_labels).mean())
    baseline = float((nearest_mean(train_images, train_labels, test_images) == test_labels).mean())

    summary = {
        "example": "stdp_digits",
        "data": source,
        "neurons": options.neurons,
        "train_images": len(train_images),
        "epochs": n_epochs,
        "test_images": len(test_images),
        "input_delay_ms": [TIMESTEP_MS, 10.0] if options.delays else TIMESTEP_MS,
        "timestep_ms": TIMESTEP_MS,
        "precision": options.precision,
        "seed": options.seed,
        "accuracy": accuracy,
        "chance": 1 / N_CLASSES,
        "baseline": baseline,
        "baseline_is": "nearest class mean of the same training images",
        "course": course,
        "cells_of_class": [int((classes == k).sum()) for k in range(N_CLASSES)],
        "learning": learning,
        "testing": testing,
    }
    confusion = np.zeros((N_CLASSES, N_CLASSES), dtype=int)
    np.add.at(confusion, (test_labels, answers), 1)
    summary["confusion"] = confusion.tolist()
    options.out.mkdir(parents=True, exist_ok=True)
    picture = draw(options.out / "stdp_digits.png", summary, weights, classes)
    summary["seconds"] = time.perf_counter() - begun
    _common.write_summary(options.out, summary)

    print(
        f"accuracy {accuracy:.1%}   chance {1 / N_CLASSES:.1%}   baseline (nearest class mean) {baseline:.1%}"
    )
    print(
        f"time {summary['seconds']:.1f} s; an image (500 ms): learning {learning['ms_per_image']:.2f} ms, "
        f"testing {testing['ms_per_image']:.2f} ms"
    )
    print(f"{options.out / 'summary.json'}" + (f", {picture}" if picture else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
