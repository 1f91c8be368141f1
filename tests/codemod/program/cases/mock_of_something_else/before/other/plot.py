def draw(canvas):
    canvas.write("axes", "model")
