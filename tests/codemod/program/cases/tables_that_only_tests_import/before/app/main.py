from app.store import row

print(row(["a", "b"]))
