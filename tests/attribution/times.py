"""How many times less likely, and how it is said: in Python and in the browser alike."""

TIMES = (
    (1.04, "just as"),
    (1.3, "a little less"),
    (1.96, "1.9× less"),
    (2, "2× less"),
    (2.34, "2.3× less"),
    (9.96, "9.9× less"),
    (10, "10× less"),
    (164.2, "164× less"),
    (999.7, "999× less"),
    (1001, "over 1,000× less"),
    (4.9e6, "over 1,000× less"),
    (2e30, "over 1,000× less"),
)
