"""Who stands at the door: failures and locks, sessions, the second factor (身份鉴别)."""
