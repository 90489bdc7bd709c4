"""Break-glass access (应急授权查看): two people open one case or incident to a reader for hours."""
