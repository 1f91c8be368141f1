from client import Store

store = Store(uri="http://localhost:5000")
