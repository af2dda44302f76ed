"""おたより: news of a desk to those who agreed to it, handed over in batches, to each of them once."""
