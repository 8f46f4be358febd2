"""Import the lists an office keeps: check, fix, compare, apply; see whose are current, and undo."""

from ui.screens.data import sections

sections.show_heading()
sections.show_section()
