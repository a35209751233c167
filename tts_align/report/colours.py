"""One colour for each kind of fault, on light and on dark ground."""

COLOURS = {
    "skip": "#d62839", "repeat": "#c25e00", "rush": "#c2187a", "stall": "#8a6800", "collapse": "#5c677d",
    "early_stop": "#6d3fc0", "babble": "#00798c",
}  # fmt: skip
DARK_COLOURS = {
    "skip": "#ff6b78", "repeat": "#ffa24d", "rush": "#ff74bd", "stall": "#e3bd4a", "collapse": "#a9b4c6",
    "early_stop": "#b492ff", "babble": "#45c7da",
}  # fmt: skip
