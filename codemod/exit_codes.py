"""What the exit code of a run means."""

NOTHING_LEFT = 0
FINDINGS_LEFT = 1
WRONG_USE = 2  # or an error of this program that ended the run
NOT_ANALYSED = 3  # some inputs could not be analysed or written; outweighs findings
