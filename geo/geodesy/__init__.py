"""Datums (WGS-84, GCJ-02, BD-09) and the ellipsoid: where a point is, and how far metres reach."""
