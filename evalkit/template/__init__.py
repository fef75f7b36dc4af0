"""From the declaration of a feed to the workbook that a partner fills, and its CSV twin."""
