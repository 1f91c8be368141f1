from app.own import Own
Own().run(1)
