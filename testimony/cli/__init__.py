"""The command line: one module for each command, with `add_to(commands)`, which describes it, and what runs it.

`add_to` gets the `argparse` sub-parsers, adds its own with `set_defaults(run=…)`, and imports nothing heavy, so that
`--help` is quick. What runs takes the parsed arguments and returns the exit code; it prints what a person should know,
and leaves every expected failure to `main.py`, which shows its sentence and exits with 1.
"""
