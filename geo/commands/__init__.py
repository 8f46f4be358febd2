"""The commands of the command line: one module a group; a module imports at its top only what help needs."""
