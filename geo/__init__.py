"""The library behind 桂工图: frames in, frames out, no screen."""
