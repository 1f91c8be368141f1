cp mlruns/1/$RUN/artifacts/other/MLmodel out
ls mlruns/1/*/artifacts/forest/data
ls mlruns/1/*/artifacts/plots
