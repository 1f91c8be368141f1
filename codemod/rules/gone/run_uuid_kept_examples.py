"""Examples of MLF403: objects of one's own that keep a run's info, and pairs and functions of runs."""

from __future__ import annotations

from codemod.rules.base import Example, fixed, reported, untouched

EXAMPLES: tuple[Example, ...] = (
    fixed(
        "an object that is made with a run",
        """
            from types import SimpleNamespace
            import mlflow
            box = SimpleNamespace(info=mlflow.active_run().info)
            print(box.info.run_uuid)
            """,
        """
            from types import SimpleNamespace
            import mlflow
            box = SimpleNamespace(info=mlflow.active_run().info)
            print(box.info.run_id)
            """,
    ),
    reported(
        "an object that is made with a run and may get another thing",
        """
            from types import SimpleNamespace
            import mlflow
            box = SimpleNamespace(info=mlflow.active_run().info)
            if other:
                box.info = other
            print(box.info.run_uuid)
            """,
    ),
    *(
        reported(
            f"an object that is made with a run, and may get another thing out of sight: {title}",
            f"""
            from types import SimpleNamespace
            import mlflow
            def show(old):
                box = SimpleNamespace(info=mlflow.active_run().info)
                {setting}
                print(box.info.run_uuid)
            """,
        )
        for title, setting in (
            ("by a function", "restore(box, old)"),
            ("by its dict", "vars(box).update(old)"),
            ("by `__dict__`", 'box.__dict__["info"] = old'),
            ("by `setattr`", 'setattr(box, "info", old)'),
            ("by another name", "same = box"),
        )
    ),
    fixed(
        "an object that is made with a run, and is only shown",
        """
            from types import SimpleNamespace
            import mlflow
            box = SimpleNamespace(info=mlflow.active_run().info)
            print(box, box.info.run_uuid)
            """,
        """
            from types import SimpleNamespace
            import mlflow
            box = SimpleNamespace(info=mlflow.active_run().info)
            print(box, box.info.run_id)
            """,
    ),
    untouched(
        "an object that is made with a run and gets another thing",
        """
            from types import SimpleNamespace
            import mlflow
            box = SimpleNamespace(info=mlflow.active_run().info)
            box.info = SimpleNamespace(run_uuid="a")
            print(box.info.run_uuid)
            """,
    ),
    *(
        fixed(
            f"a question for the new name that settles nothing: {test}",
            f"""
            import mlflow
            def one(last, flag):
                info = mlflow.active_run().info
                if {test}:
                    return None
                return info.run_uuid
            """,
            f"""
            import mlflow
            def one(last, flag):
                info = mlflow.active_run().info
                if {test}:
                    return None
                return info.run_id
            """,
        )
        for test in (
            'getattr(info, "run_id", None) is None',
            'getattr(info, "run_id", None) == last',
            'hasattr(info, "run_id") and flag',
        )
    ),
    fixed(
        "a run that is another one by then",
        """
        import mlflow
        def one(run_id):
            info = mlflow.active_run().info
            if hasattr(info, "run_id"):
                return info.run_id
            info = mlflow.get_run(run_id).info
            return info.run_uuid
        """,
        """
        import mlflow
        def one(run_id):
            info = mlflow.active_run().info
            if hasattr(info, "run_id"):
                return info.run_id
            info = mlflow.get_run(run_id).info
            return info.run_id
        """,
    ),
    *(
        reported(f"runs that a function gives one by one, in {title}", f"import mlflow\nids = ['a', 'b']\n{read}")
        for title, read in (
            ("pairs", "for name, run in zip(ids, map(mlflow.get_run, ids)):\n    print(run.info.run_uuid)\n"),
            ("a dict of pairs", "print(dict(zip(ids, map(mlflow.get_run, ids)))['a'].info.run_uuid)\n"),
            (
                "another function",
                "infos = list(map(lambda r: r.info, map(mlflow.get_run, ids)))\nprint(infos[0].run_uuid)\n",
            ),
        )
    ),
    untouched(
        "pairs and functions of something else",
        """
            import mlflow
            import pandas as pd
            for name, run in zip(pd.unique(ids), pd.read_csv("a.csv").itertuples()):
                print(run.info.run_uuid)
            """,
    ),
    *(
        reported(
            f"runs that other packages hand on: {title}",
            f"""
            from concurrent.futures import ThreadPoolExecutor, as_completed
            from joblib import Parallel, delayed
            import mlflow
            def one(name):
                with mlflow.start_run(run_name=name) as run:
                    return run
            def main(names):
                with ThreadPoolExecutor() as pool:
                    {line}
            """,
        )
        for title, line in (
            ("by a pool", "print([each.info.run_uuid for each in pool.map(one, names)])"),
            (
                "by futures",
                "print([each.result().info.run_uuid for each in as_completed([pool.submit(one, n) for n in names])])",
            ),
            ("by joblib", "print([each.info.run_uuid for each in Parallel(n_jobs=2)(delayed(one)(n) for n in names)])"),
        )
    ),
    untouched(
        "what a pool hands on of a table",
        """
        from concurrent.futures import ThreadPoolExecutor
        import mlflow
        def main(session, names):
            with ThreadPoolExecutor() as pool:
                print([each.run_uuid for each in pool.map(session.get, names)], mlflow.__version__)
        """,
    ),
)
