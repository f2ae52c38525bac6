"""Commands about the page that a node serves: its keys, its signed files, and a check from another device."""
