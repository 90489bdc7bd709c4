"""Rules of the county that send incidents to a unit before boundaries and duties decide."""
