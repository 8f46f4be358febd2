"""Models along a road: corridor cover and flow refuelling."""
