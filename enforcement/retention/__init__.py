"""How long records are kept, legal hold, and destruction by two people (保存期限与销毁)."""
