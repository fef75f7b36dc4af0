"""The accompanied against those who resemble them at entry."""
