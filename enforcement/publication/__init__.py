"""Publication (公示) of decisions: reviewed one by one, redacted, withdrawn with a reason."""
