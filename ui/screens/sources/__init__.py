"""Sources and methods: where every figure comes from."""
