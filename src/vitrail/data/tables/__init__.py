"""Tables of every usual format become tensors: what each column is for, and what was fitted, are recorded."""
