"""Diehl and Cook's digit network, 784-400-400, dt 0.5 ms, learning: time of one image (350 + 150 ms)."""

import sys

import harness
import nets


def main():
    parser = harness.parse(__doc__, ms=None)
    parser.add_argument("--images", type=int, default=10, help="images of one timed run (default 10)")
    arguments = parser.parse_args()
    folder = nets.prepare("diehl_cook", arguments.seed)
    parameters, _ = nets.load(folder)
    image_ms = parameters["shown"] + parameters["rest"]
    arguments.ms = arguments.images * image_ms
    print(f"Diehl and Cook 784-400-400, images: {parameters['images']}")
    workers = harness.start(harness.wanted(arguments, [n for n in harness.SIMULATORS if n != "nest"]), folder)
    # The first image settles the net; each timed run shows the next ones, Brian2 the second and following.
    seen = harness.measure(
        workers, {**parameters, "settle": image_ms}, arguments.ms, arguments.repeats, warm_up=0
    )
    harness.print_times("Diehl and Cook", seen, arguments.ms, unit="an image", per=image_ms)
    for name, entry in seen.items():
        entry["spikes_an_image"] = sum(entry["spikes"]) / len(entry["spikes"]) / arguments.images
        print(f"  {harness.LABELS[name]:24s} {entry['spikes_an_image']:7.2f} excitatory spikes an image")
    faster, row = harness.faster, harness.row
    rows = [
        row("diehl_cook_plain", faster(seen, "neuro", "plain_c")),
        row("diehl_cook_plain_single", faster(seen, "neuro_single", "plain_c_single")),
        row("diehl_cook_brian2", faster(seen, "neuro", "brian2")),
    ]
    details = {"ms": arguments.ms, "images": parameters["images"], "simulators": {"784-400-400": seen}}
    return harness.report("diehl_cook", arguments, rows, **details)


if __name__ == "__main__":
    sys.exit(main())
