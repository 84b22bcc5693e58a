"""What a P60 is to a tax year; readings become P60s, and of several the one that counts."""
