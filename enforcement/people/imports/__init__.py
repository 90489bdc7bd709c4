"""Lists of units, people, certificates and auxiliaries: read, planned, written set-wise."""
