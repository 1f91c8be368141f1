rm -rf mlruns
