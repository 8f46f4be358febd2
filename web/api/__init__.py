"""The read-only OGC API - Features service."""
