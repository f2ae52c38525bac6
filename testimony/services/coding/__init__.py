"""The coded account of a testimony: corrections, clearance and who may count it."""
