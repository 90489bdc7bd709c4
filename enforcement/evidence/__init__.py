"""Items of evidence (证据) of cases, and where the physical ones went."""
