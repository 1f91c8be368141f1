from lib import connect

connect("file:./runs")
connect("http://tracking")
