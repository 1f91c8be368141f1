COLUMNS = {"id": "run_uuid", "name": "run_name"}
OTHERS = {"name": "run_name"}
ID = "run_uuid"
