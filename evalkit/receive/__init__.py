"""Reception: a partner's file is read, protected, checked and judged; the rows that pass go to the store."""
