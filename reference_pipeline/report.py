"""The page that shows a training: curves, parameters and pictures, drawn by DVCLive."""

from pathlib import Path

from dvclive.live import Live


class TrainingReport(Live):
    """DVCLive's log and page, kept out of DVC and Git: MLflow has the record here.

    Args:
        folder: for the page, ``report.html``, and the numbers behind it. What an earlier training left there goes.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), report="html", save_dvc_exp=False, dvcyaml=None)

    def _init_dvc(self) -> None:
        # Whatever ``save_dvc_exp`` says, DVCLive turns the Git repository that it runs in into a DVC repository and stages
        # files there (get_dvc_repo in dvclive 3.49's dvc.py). A training must not change what happens to lie around it.
        self._dvc_file = self._init_dvc_file()
