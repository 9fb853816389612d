"""The records: tables made from facts, and the questions that are asked of them."""
