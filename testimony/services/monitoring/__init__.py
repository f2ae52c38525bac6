"""Central's overview of its nodes, alarms, and the health of a station."""
