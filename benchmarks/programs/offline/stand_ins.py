"""Makes data of the same form where a program downloads a well-known set, so that it can run without a network.

Only the form counts here: names, types and rough ranges of the columns, and enough of a relation for a model to fit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_WINE = (
    "fixed acidity", "volatile acidity", "citric acid", "residual sugar", "chlorides", "free sulfur dioxide",
    "total sulfur dioxide", "density", "pH", "sulphates", "alcohol",
)  # fmt: skip
_ROWS = 600


def _generator() -> Any:
    import numpy as np

    return np.random.default_rng(7)


def wine() -> bytes:
    """Return wine quality as the UCI archive has it: eleven measures and a quality from 3 to 8, with semicolons between."""
    import pandas as pd

    random = _generator()
    frame = pd.DataFrame({name: random.uniform(0.1, 10, _ROWS).round(3) for name in _WINE})
    frame["quality"] = (3 + frame["alcohol"] / 2 + random.normal(0, 0.5, _ROWS)).round().clip(3, 8).astype(int)
    return bytes(frame.to_csv(index=False, sep=";"), "utf-8")


def wine_with_commas() -> bytes:
    """Return wine quality as tutorials keep it: the same with commas."""
    return wine().replace(b";", b",")


def adult() -> bytes:
    """Return census income without a header: fourteen columns and ``<=50K`` or ``>50K``."""
    import pandas as pd

    random = _generator()
    choice = random.choice
    age = random.integers(17, 80, _ROWS)
    columns = {
        "age": age,
        "workclass": choice(["Private", "State-gov", "Self-emp-inc"], _ROWS),
        "weight": random.integers(10_000, 500_000, _ROWS),
        "education": choice(["Bachelors", "HS-grad", "Masters"], _ROWS),
        "education_number": random.integers(1, 16, _ROWS),
        "marital": choice(["Never-married", "Divorced", "Married-civ-spouse"], _ROWS),
        "occupation": choice(["Sales", "Tech-support", "Craft-repair"], _ROWS),
        "relationship": choice(["Husband", "Not-in-family", "Wife", "Own-child", "Unmarried", "Other-relative"], _ROWS),
        "race": choice(["A", "B"], _ROWS),
        "sex": choice(["Male", "Female"], _ROWS),
        "gain": random.integers(0, 5000, _ROWS),
        "loss": random.integers(0, 500, _ROWS),
        "hours": random.integers(10, 80, _ROWS),
        "country": choice(["United-States", "Mexico"], _ROWS),
        "income": [" >50K" if value > 45 else " <=50K" for value in age],
    }
    return bytes(pd.DataFrame(columns).to_csv(index=False, header=False), "utf-8")


def iris() -> bytes:
    """Return Iris with the header that tutorials use, from scikit-learn's own copy."""
    from sklearn.datasets import load_iris

    data = load_iris(as_frame=True)
    frame = data.frame.set_axis(["sepal_length", "sepal_width", "petal_length", "petal_width", "species"], axis=1)
    frame["species"] = data.target_names[frame["species"]]
    return bytes(frame.to_csv(index=False), "utf-8")


def diabetes() -> bytes:
    """Return the Pima table: eight measures and an outcome."""
    import pandas as pd

    random = _generator()
    names = (
        "Pregnancies",
        "Glucose",
        "BloodPressure",
        "SkinThickness",
        "Insulin",
        "BMI",
        "DiabetesPedigreeFunction",
        "Age",
    )
    frame = pd.DataFrame({name: random.uniform(1, 150, _ROWS).round(1) for name in names})
    frame["Outcome"] = (frame["Glucose"] > 75).astype(int)
    return bytes(frame.to_csv(index=False), "utf-8")


def taxi() -> bytes:
    """Return a month of New York's taxi trips (green and yellow columns together) as Parquet."""
    import io

    buffer = io.BytesIO()
    _trips().to_parquet(buffer, index=False)
    return buffer.getvalue()


def taxi_as_text() -> bytes:
    """Return the same as CSV."""
    return bytes(_trips().to_csv(index=False), "utf-8")


def _trips() -> Any:
    import pandas as pd

    random = _generator()
    minutes = random.uniform(2, 59, _ROWS)
    start = pd.Timestamp("2021-01-01") + pd.to_timedelta(random.uniform(0, 27 * 86_400, _ROWS), unit="s")
    return pd.DataFrame(
        {
            "VendorID": random.integers(1, 3, _ROWS),
            "lpep_pickup_datetime": start,
            "lpep_dropoff_datetime": start + pd.to_timedelta(minutes, unit="m"),
            "tpep_pickup_datetime": start,
            "tpep_dropoff_datetime": start + pd.to_timedelta(minutes, unit="m"),
            "passenger_count": random.integers(1, 5, _ROWS).astype(float),
            "PULocationID": random.integers(1, 60, _ROWS),
            "DOLocationID": random.integers(1, 60, _ROWS),
            "trip_distance": (minutes / 4 + random.normal(0, 1, _ROWS)).clip(0.1),
            "fare_amount": minutes * 1.5,
            "tip_amount": minutes / 10,
            "total_amount": minutes * 2,
        }
    )


def retail_sales() -> bytes:
    """Return a monthly series as Prophet's examples have it: a date and a value that grows with the years and the seasons."""
    import numpy as np
    import pandas as pd

    months = pd.date_range("1992-01-01", "2016-05-01", freq="MS")
    steps = np.arange(len(months))
    values = 150_000 + 900 * steps + 20_000 * np.sin(steps * np.pi / 6) + _generator().normal(0, 3000, len(months))
    frame = pd.DataFrame({"ds": months, "y": values.round().astype(int)})
    return bytes(frame.to_csv(index=False), "utf-8")


def housing_cache(folder: Path) -> None:
    """Put California housing where scikit-learn keeps its downloads.

    Args:
        folder: Becomes ``SCIKIT_LEARN_DATA``.
    """
    import pickle

    random = _generator()
    data = random.uniform(1, 10, (_ROWS, 9))
    data[:, 0] = data[:, 1] * 40_000 + random.normal(0, 5000, _ROWS)  # the target comes first
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cal_housing_py3.pkz").write_bytes(
        pickle.dumps(data)
    )  # scikit-learn reads it through joblib, which takes both


def nothing() -> bytes:
    """Return an empty file, for a folder that must be there."""
    return b""


SETS: dict[str, Callable[[], bytes]] = {
    "nothing": nothing,
    "wine": wine,
    "wine-with-commas": wine_with_commas,
    "adult": adult,
    "iris": iris,
    "diabetes": diabetes,
    "taxi": taxi,
    "taxi-as-text": taxi_as_text,
}
"""The sets that a list of programs may name."""


def for_address(address: str) -> bytes | None:
    """Return what stands in for the set at an address, or None when it is not known."""
    name = address.rsplit("/", 1)[-1].partition("?")[0].lower()
    if name.startswith("winequality"):
        return wine()
    if name == "wine-quality.csv":
        return wine_with_commas()
    if "tripdata" in name and name.endswith(".parquet"):
        return taxi()
    known = {"adult.data": adult, "iris.csv": iris, "diabetes.csv": diabetes, "example_retail_sales.csv": retail_sales}
    return known[name]() if name in known else None


def main(arguments: list[str]) -> None:
    """Write files: ``stand_ins.py SKLEARN_DATA NAME=FILE…``."""
    housing_cache(Path(arguments[0]))
    for argument in arguments[1:]:
        name, _, path = argument.partition("=")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(SETS[name]())


if __name__ == "__main__":
    main(sys.argv[1:])
