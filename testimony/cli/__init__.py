"""The command line: one module per command, with `add_to(commands)` to describe it and a function that runs it.

`add_to` gets the `argparse` sub-parsers, adds its own with `set_defaults(run=…)`, and imports nothing heavy, so that
`--help` is quick. The function that runs the command takes the parsed arguments and returns the exit code. It prints
what the user should know and leaves every expected failure to `main.py`, which prints its sentence and exits with 1.
"""
