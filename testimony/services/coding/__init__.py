"""The coded account of a testimony: corrections, clearance, who may count it."""
