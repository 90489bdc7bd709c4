"""Goods that decisions confiscated: kept, handed over, dealt with by approval (罚74)."""
