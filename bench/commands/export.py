"""`bench export`: trained weights become an ONNX file that is checked against PyTorch."""

from pathlib import Path
from typing import Annotated

import typer

from bench.commands import options
from bench.commands import training_data as data
from bench.console import results


def export(
    network: options.Network = "all",
    weights: Annotated[Path, typer.Option(help="Folder that `bench train` wrote.")] = Path(
        "trained"
    ),
    output: Annotated[Path, typer.Option(help="Folder for the ONNX files.")] = Path("exported"),
    data_dir: data.DataDir = None,
) -> None:
    """Export avg, max or both to ONNX, compared with PyTorch on all test images.

    A file that differs is not written: exit 4, and the old one stays.
    """
    names = options.networks(network)
    from train.errors import TrainError

    try:
        from train.export import export as write
        from train.record import RunFiles

        test = data.test_split(data_dir)
        for name in names:
            entry = write(name, RunFiles(weights, name).weights, output, test)
            results().print(
                f"{output / entry.file}: {entry.correct} of {entry.total} right,"
                f" {entry.parameters:,} parameters, opset {entry.opset},"
                f" at most {entry.max_abs_diff:.1e} from PyTorch.",
                markup=False,
                soft_wrap=True,
            )
    except (TrainError, ImportError) as error:
        raise data.as_bench_error(error) from error


plugin = export
