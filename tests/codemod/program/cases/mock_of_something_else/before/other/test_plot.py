from other.plot import draw


def test_draw(canvas):
    draw(canvas)
    canvas.write.assert_called_once_with("axes", "model")
