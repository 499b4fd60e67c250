"""Reports of any number of rows: models on targets at batches, with rows that could not run."""

import reports

from bench.domain import Failed, Skipped

BATCHES = (1, 4, 16, 64, 256)
TARGETS = ("onnxruntime:cpu", "torch:cpu")


def report(count, rounds=4, calls=5):
    """`count` rows; of each ten one is skipped or failed, and one round is disturbed."""
    return reports.report(*(outcome(index, rounds, calls) for index in range(count)))


def outcome(index, rounds, calls):
    batch = BATCHES[index % len(BATCHES)]
    place = index // len(BATCHES)
    target = TARGETS[place % len(TARGETS)]
    case = reports.case(f"model-{place // len(TARGETS)}", target, batch)
    if index % 20 == 7:
        return Skipped(case, "no such device here. Plug one in.")
    if index % 20 == 17:
        return Failed(case, "killed by SIGSEGV at load")
    # The second target costs more to call and less an item: the lines cross.
    seconds = 1e-5 + 4e-6 * batch if place % 2 == 0 else 6e-5 + 2e-6 * batch
    return reports.measured(
        case,
        seconds * (1 + 0.01 * (place // 2 % 50)),
        reports.accuracy(9_900 + place % 90),
        rounds=rounds,
        calls=calls,
        spread=0.002,
        disturbed={(1, 2)} if index == 0 else (),
    )
