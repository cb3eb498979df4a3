"""What a screen shows: frozen pictures made from counts, and one event applied to a picture.

    tower = picture.Tower(rows=…, zeros=…, owed=…, exceptions=…)
    tower = apply.apply(tower, apply.Moved(flight=…, giver=Stage.HALL, receiver=Stage.TRIP, at=…))

Applying every event since gives the same picture as reading it afresh; the tests hold that.
"""
