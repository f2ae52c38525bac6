"""The command line: one module for each command, each with `add_to(commands)`, which describes it, and a function that runs it.

`add_to` gets the `argparse` sub-parsers, adds its own with `set_defaults(run=…)`, and imports nothing heavy: `--help` is
quick. The function takes the parsed arguments and returns the exit code; it prints what a person should know, and leaves every
expected failure to `program.py`, which shows its sentence and exits with 1.
"""
