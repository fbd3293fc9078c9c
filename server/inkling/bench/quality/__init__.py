"""What suggestions are worth: deterministic cases without a clock.

`packages.toml` names published packages in two splits; `cutting` makes cases of their files,
`recording` keeps what the model says at each, `replay` what a person would see of it, `scoring`
judges that, and `table` tells it. Nothing is learned from these packages.
"""
