import columns
import mlflow
import polars as pl
from columns import COLUMNS, KEYS, NAMES, OTHERS, TIME, Columns

df = mlflow.search_traces()
print(df[COLUMNS], df[columns.COLUMNS], df.loc[:, list(KEYS)])
print(df.groupby(KEYS).size(), df.sort_values(Columns.ID))
print(df.rename(columns=NAMES))
print(pl.from_pandas(df).select(pl.col(TIME)))
print(df[OTHERS], other[COLUMNS])
