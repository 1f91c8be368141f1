from client import Store

store = Store("file:./runs")
