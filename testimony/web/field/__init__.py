"""The field node's door: for interviewers and the phones of their hotspot."""
