"""How large own data may be in the lab, beside what their readers take anywhere; the page says so beforehand."""

FILE_BYTES = 200_000_000
"""Of a file that is no table, or of a folder."""
ARRAY_BYTES = 500_000_000
"""Of all arrays of a file, unpacked."""
SAMPLE_VALUES = 200_000
"""Numbers of one sample: a layer that weighs them all has that many weights for each unit."""
TRIED_BYTES = 10_000_000
"""Of a picture or a sound that is tried on a network."""
TRIED_PIXELS = 16_000_000
"""Of such a picture: less than a file may hold, since a small file can unfold to very many."""
