from logs import Logs, log
options = {"name": "b"}
log(m, **options)
Logs.log(m, name="c")
