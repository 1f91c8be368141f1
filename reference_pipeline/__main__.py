"""The command line: ``python -m reference_pipeline --help``."""

import argparse
import logging
import os
import signal
import sys
import tempfile
import warnings
from pathlib import Path

from reference_pipeline.errors import ParameterError, PipelineError
from reference_pipeline.parameters import InferenceConfiguration, TrainingConfiguration, load

# Each command imports what it needs when it runs, so that --help and a mistake in a file answer at once.


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Return 0, 1 when it failed, 2 when it was not used rightly."""
    options = _parser().parse_args(arguments)
    _set_up_process()
    # A server that was started must be stopped when this process is told to stop.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        options.command(options)
    except PipelineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, ParameterError) else 1
    except KeyboardInterrupt:
        return 130
    return 0


def _set_up_process() -> None:
    # PyTorch's threads spin while they wait for each other. Where cores are shared, with a server or with a neighbour,
    # they then take the time from the thread they wait for: a step of the demo took 800 ms instead of 55 ms.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    logger = logging.getLogger(__package__)
    logger.setLevel(logging.INFO)
    logger.addHandler(logging.StreamHandler())
    # Lightning advertises other products at level INFO, and warns about its own use of PyTorch.
    # Its logger has the name of whichever of its two packages was imported last; MLflow imports the other one.
    for package in ("lightning.pytorch", "lightning.fabric", "pytorch_lightning", "lightning_fabric"):
        logging.getLogger(f"{package}.utilities.rank_zero").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", message=".*LeafSpec.*")
    # Progress bars belong on a terminal; in a job's log they are noise.
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", str(sys.stderr.isatty()).lower())
    # DVCLive's usage statistics and its search for Git are not wanted on a compute node.
    os.environ.setdefault("DVC_NO_ANALYTICS", "1")
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")


def _say(text: str) -> None:
    print(text, flush=True)


def _demo(options: argparse.Namespace) -> None:
    from reference_pipeline.demo import run

    run(
        options.output or Path(tempfile.mkdtemp(prefix="reference-pipeline-")),
        options.epochs,
        say=_say,
        serve=options.serve,
    )


def _seed(options: argparse.Namespace) -> None:
    from reference_pipeline.seed_tiled import seed

    _say(seed(options.uri, key=options.key))


def _train(options: argparse.Namespace) -> None:
    configuration = load(options.configuration, TrainingConfiguration)
    from lightning.pytorch.utilities import rank_zero_only

    from reference_pipeline.train import join_training, train

    if getattr(rank_zero_only, "rank", 0):
        join_training(configuration)
        return
    result = train(configuration, alias=options.alias)
    losses = ", ".join(f"{name} {value:.5f}" for name, value in result.metrics.items())
    _say(f"{losses}\nmodel   {result.model_name} version {result.version}\nrun     {result.run_id}")
    _say(f"report  {result.report}\nfigure  {result.figure}")


def _infer(options: argparse.Namespace) -> None:
    configuration = load(options.configuration, InferenceConfiguration)
    from reference_pipeline.inference import run

    result = run(configuration, alias=options.alias)
    _say(f"{result.frames} frames with {result.model_uri}")
    _say(f"latent vectors   {result.latent_vectors}\nreconstructions  {result.reconstructions}")
    if result.tiled_uri:
        _say(f"on Tiled         {result.tiled_uri}")


def _check_served(options: argparse.Namespace) -> None:
    configuration = load(options.configuration, InferenceConfiguration)
    from reference_pipeline.errors import ServiceError
    from reference_pipeline.serve import compare

    result = compare(configuration, options.url, alias=options.alias)
    summary = f"{result.frames} frames: server and model differ by at most {result.largest_difference:.1e}"
    if result.largest_difference > options.tolerance:
        raise ServiceError(f"{options.url}: {summary}, more than {options.tolerance:.1e}")
    _say(summary)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reference_pipeline", description=sys.modules[__package__].__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="all steps at once, with servers of its own")
    demo.add_argument("--output", type=Path, help="folder for all that stays (default: a new temporary folder)")
    demo.add_argument("--epochs", type=int, default=2, help="epochs to train (default: 2)")
    demo.add_argument("--serve", action="store_true", help="also serve the model over HTTP and compare")
    demo.set_defaults(command=_demo)

    seed = commands.add_parser("seed", help="write scikit-learn's digits to a Tiled server (key: TILED_API_KEY)")
    seed.add_argument("uri", help="the server, for example http://127.0.0.1:8000")
    seed.add_argument("--key", default="digits", help="name of the array (default: digits)")
    seed.set_defaults(command=_seed)

    train = commands.add_parser("train", help="train, log to MLflow and register")
    train.add_argument("configuration", type=Path, help="YAML file, see examples/train.yaml")
    train.add_argument("--alias", help="give the new version this alias, for example champion")
    train.set_defaults(command=_train)

    infer = commands.add_parser("infer", help="latent vectors and reconstructions, to files and to Tiled")
    infer.add_argument("configuration", type=Path, help="YAML file, see examples/inference.yaml")
    infer.add_argument("--alias", help="use the version with this alias (default: the latest version)")
    infer.set_defaults(command=_infer)

    check = commands.add_parser("check-served", help="compare a served model with the model itself")
    check.add_argument("configuration", type=Path, help="YAML file, as for infer")
    check.add_argument("--url", required=True, help="of `mlflow models serve`, for example http://127.0.0.1:5001")
    check.add_argument("--alias", help="compare with the version with this alias (default: the latest version)")
    check.add_argument("--tolerance", type=float, default=1e-5, help="largest allowed difference (default: 1e-5)")
    check.set_defaults(command=_check_served)
    return parser


if __name__ == "__main__":
    sys.exit(main())
