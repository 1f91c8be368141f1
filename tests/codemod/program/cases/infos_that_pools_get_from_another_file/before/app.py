from concurrent.futures import ThreadPoolExecutor

import mlflow
from fit import fit
from joblib import Parallel, delayed

with ThreadPoolExecutor() as pool:
    for info in pool.map(fit, [1, 2]):
        print(info.model_uri.split("/")[-1])
    print(pool.submit(fit, 1).result().model_uri.replace("runs:/", ""))
infos = Parallel()(delayed(fit)(each) for each in [1, 2])
print(infos[0].model_uri.split("/")[1])
